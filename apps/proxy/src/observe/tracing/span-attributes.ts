import type { Attributes } from '@opentelemetry/api';
import { parseRequestTarget } from '../../http/request-target.ts';
import type { ObservedAttempt, ObservedRequest } from '../observed.ts';

/**
 * Names of OpenTelemetry's semantic conventions for HTTP. The query stays out: it carries secrets often
 * enough, and a trace travels far.
 */
export function requestAttributes({ client, method, id }: ObservedRequest): Attributes {
  return {
    'http.request.method': method,
    'url.scheme': client.scheme,
    'url.path': parseRequestTarget(method, client.target)?.path.split('?', 1)[0],
    'client.address': client.remoteAddress,
    'network.protocol.version': client.httpVersion,
    'user_agent.original': client.field('user-agent'),
    'spillway.request_id': id,
  };
}

export function attemptAttributes(
  { method, attempts }: ObservedRequest,
  attempt: ObservedAttempt,
): Attributes {
  const { upstream } = attempt;
  return {
    'http.request.method': method,
    'server.address': upstream.authority,
    'url.scheme': upstream.scheme,
    // Conventions count what was sent again, from 1; the first attempt has none.
    ...(attempts > 0 ? { 'http.request.resend_count': attempts } : {}),
  };
}

/** Null: the client left before it was sent any; 499 stands for that in the log and goes nowhere. */
export function statusSent({ outcome, status, client }: ObservedRequest): number | null {
  if (outcome !== 'client_gone') return status;
  return client.statusSent === 0 ? null : client.statusSent;
}
