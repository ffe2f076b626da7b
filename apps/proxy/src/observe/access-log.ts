import { outcomes } from '@spillway/contracts';
import type { Logger } from 'pino';
import type { Instance } from '../instance/instance.ts';
import type { Exchange } from '../request/exchange.ts';
import type { Address } from '../upstream/address-order.ts';
import type { Upstream } from '../upstream/upstream.ts';

/** Writes what happens to the log: a line a request (unless switched off), and each turn of a breaker and of a name. */
export function logEvents(instance: Instance, log: Logger): void {
  const { events, settings } = instance;
  if (settings.accessLog) {
    events.on('request_finished', (exchange) => logRequest(instance, exchange, log));
    events.on('request_unreadable', (status, reason, client) => {
      log.info({ outcome: 'client_error', status, reason, client }, 'unreadable request');
    });
  }
  events.on('attempt_failed', (exchange, outcome, delayMs) => {
    const { id, attempts, upstream, detail } = exchange;
    log.debug(
      { id, attempt: attempts, upstream, outcome, detail, delay_ms: round(delayMs) },
      'retry',
    );
  });
  events.on('internal_error', ({ id }, error) => {
    log.error({ id, err: error }, 'internal error');
  });
  events.on('tracing_failed', (reason) => {
    log.warn({ reason }, 'spans did not reach the collector (--otlp-endpoint)');
  });
  events.on('stood_still', (lostMs) => {
    const seconds = round(lostMs / 1000);
    const what = 'the process stood still: it was suspended, or its event loop was blocked';
    log.warn({ seconds }, `${what}; no timeout counts that time`);
  });
  events.on('addresses_changed', ({ hostname, current }, before) => {
    log.info({ hostname, from: before.map(ipOf), to: current.map(ipOf) }, 'addresses changed');
  });
  events.on('address_refresh_failed', ({ hostname, current }, error) => {
    const known = current.map(ipOf);
    log.warn(
      { hostname, reason: error.message, addresses: known },
      'name lookup failed: the last addresses stay in use',
    );
  });
  events.on('breaker_changed', (upstream, from, to, why) => {
    const level = to === 'open' ? 'warn' : 'info';
    log[level]({ upstream: upstream.origin, from, to, why }, `breaker ${to}`);
  });
  logTargets(instance, log);
}

/** Targets that come, go, are ejected, or change by their health checks. */
function logTargets({ events }: Instance, log: Logger): void {
  events.on('targets_changed', (service, came, went) => {
    log.info({ service, came: came.map(originOf), went: went.map(originOf) }, 'targets changed');
  });
  events.on('srv_lookup_failed', (name, error) => {
    const what = 'SRV lookup failed: the last records stay in use';
    log.warn({ name, reason: error.message }, what);
  });
  events.on('target_health_changed', ({ origin }, change, why) => {
    log[change === 'down' ? 'warn' : 'info']({ upstream: origin, why }, `target ${change}`);
  });
  events.on('target_ejected', ({ origin }, why, forMs) => {
    log.warn(
      { upstream: origin, why, seconds: round(forMs / 1000) },
      'target ejected: it fails while the others do not',
    );
  });
  events.on('target_readmitted', ({ origin }) => {
    log.info({ upstream: origin }, 'target readmitted');
  });
}

const originOf = ({ origin }: Upstream): string => origin;

const ipOf = ({ address }: Address): string => address;

function logRequest(instance: Instance, exchange: Exchange, log: Logger): void {
  const { request, method, status } = exchange;
  const outcome = exchange.outcome as NonNullable<typeof exchange.outcome>;
  const failed = outcomes[outcome].class === 'failure';
  log[failed ? 'warn' : 'info'](
    {
      id: exchange.id,
      trace_id: instance.tracing?.traceIdOf(exchange),
      client: request.socket.remoteAddress,
      method,
      url: request.url,
      status,
      outcome,
      ...(exchange.detail === '' ? {} : { detail: exchange.detail }),
      upstream: exchange.upstream === '' ? undefined : exchange.upstream,
      attempts: exchange.attempts,
      queue_ms: round(exchange.queueWaitMs),
      connect_ms: unless(exchange.connectMs),
      first_byte_ms: unless(exchange.firstByteMs),
      body_ms: unless(exchange.bodyMs),
      total_ms: round(instance.wheel.now() - exchange.receivedAt),
      bytes_in: exchange.bytesReceived,
      bytes_out: exchange.bytesSent,
    },
    `${method} ${request.url} ${status} ${outcome}`,
  );
}

const round = (ms: number): number => Math.round(ms * 10) / 10;

/** Absent from the line when it did not happen. */
const unless = (ms: number): number | undefined => (ms < 0 ? undefined : round(ms));
