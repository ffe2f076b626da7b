import { mistakeStatus, type Outcome, outcomes } from '@spillway/contracts';
import { retryAfterSeconds } from '@spillway/core';
import { problemText, proxyStatus } from '../http/problem.ts';
import { allowedMethods } from './answer-options.ts';
import type { Exchange } from './exchange.ts';
import { serverTiming } from './server-timing.ts';

/**
 * Ends an exchange with an answer of ours: problem+json (RFC 9457) with Proxy-Status (RFC 9209), or,
 * once the upstream's answer is on its way, by cutting the connection, so that nobody takes it for whole.
 */
export function answer(exchange: Exchange, outcome: Outcome): void {
  const { client } = exchange;
  if (outcome === 'client_gone') {
    exchange.status = outcomes.client_gone.status as number;
    exchange.settle(outcome);
    client.destroy();
    return;
  }
  if (client.statusSent !== 0) {
    exchange.settle(outcome);
    client.cut();
    return;
  }
  const status = statusOf(exchange, outcome);
  const detail = exchange.detail === '' ? outcomes[outcome].title : exchange.detail;
  const body = problemText(outcome, status, detail, exchange.id, storyPath(exchange));
  exchange.status = status;
  const length = Buffer.byteLength(body);
  if (exchange.method !== 'HEAD') exchange.bytesSent = length;
  if (closesConnection(exchange, outcome)) client.closeAfterwards();
  client.head(status, null, fieldsOf(exchange, outcome, length), length);
  exchange.settle(outcome);
  client.finish(exchange.method === 'HEAD' ? null : body);
}

/** Null where a client finds no story: there is none, or it is told at a listener of its own. */
function storyPath({ instance: { settings }, id }: Exchange): string | null {
  if (settings.adminPort !== null || settings.recentRequests === 0) return null;
  return `/proxy-why/${encodeURIComponent(id)}`;
}

function statusOf(exchange: Exchange, outcome: Outcome): number {
  if (outcome === 'client_error') return exchange.clientErrorStatus;
  if (outcome === 'proxy_internal_error' && !isShort(exchange)) return mistakeStatus;
  // An upstream's 5xx that was put aside for a retry which then found no place.
  return outcomes[outcome].status ?? (exchange.status >= 400 ? exchange.status : 502);
}

/** The proxy was out of something when it was to connect, which passes. */
const isShort = ({ lastAttempt }: Exchange): boolean =>
  lastAttempt !== null && lastAttempt.shortage !== null;

function fieldsOf(exchange: Exchange, outcome: Outcome, length: number): string[] {
  const fields = [
    'content-type',
    'application/problem+json',
    'content-length',
    String(length),
    'cache-control',
    'no-store',
    'x-request-id',
    exchange.id,
  ];
  const status = proxyStatus(outcome);
  if (status !== null) fields.push('proxy-status', status);
  const timing = serverTiming(exchange);
  if (timing !== null) fields.push('server-timing', timing);
  const waitSeconds = retryAfterOf(exchange, outcome);
  if (waitSeconds !== null) fields.push('retry-after', String(waitSeconds));
  if (exchange.clientErrorStatus === 405) fields.push('allow', allowedMethods);
  return fields;
}

/** Seconds, where waiting helps: until the line has drained at its measured rate, or the breaker probes. */
function retryAfterOf(exchange: Exchange, outcome: Outcome): number | null {
  const { permits, upstreams, completions } = exchange.service;
  switch (outcome) {
    case 'queue_full':
    case 'queue_timeout':
    case 'deadline_unreachable':
    case 'overloaded':
    case 'displaced':
    case 'key_limit':
      return retryAfterSeconds({
        queued: permits.queued,
        drainPerSecond: completions.rate(10_000),
        fallbackSeconds: exchange.settings.queueTimeoutMs / 1000,
      });
    case 'breaker_open':
      return Math.max(1, Math.ceil(upstreams.retryInMs() / 1000));
    case 'event_loop_overloaded':
    case 'memory_overloaded':
    case 'connections_overloaded':
    case 'draining':
      return 1;
    case 'proxy_internal_error':
      return isShort(exchange) ? 1 : null;
    default:
      return null;
  }
}

/**
 * After a framing fault nobody knows where the next request starts; a drain of the proxy wants the connection gone; and of too
 * many connections each that is refused and stays would keep them too many.
 */
function closesConnection(exchange: Exchange, outcome: Outcome): boolean {
  if (outcome === 'client_error') return true;
  // Of a drained service it carries the requests of others on.
  if (outcome === 'draining' && exchange.instance.draining) return true;
  if (outcome === 'connections_overloaded') return true;
  if (exchange.client.upgrade !== null) return true;
  // RFC 9110 section 10.1.1: the client may or may not send the body it announced.
  return exchange.client.expectsContinue;
}
