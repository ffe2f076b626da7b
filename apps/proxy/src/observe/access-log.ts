import type { Gateway } from '../gateway.ts';
import { accessLevelOf, accessLine } from './access-line.ts';
import type { ProxyLogger } from './logger.ts';

/** Writes what happens to the log: a line a request (unless switched off), and each turn of a breaker. */
export function logEvents(gateway: Gateway, { log, writeLine }: ProxyLogger): void {
  const { events, config } = gateway;
  if (config.accessLog) {
    const logged = { info: log.isLevelEnabled('info'), warn: log.isLevelEnabled('warn') };
    events.on('request_finished', (exchange) => {
      const level = accessLevelOf(exchange);
      if (logged[level]) writeLine(accessLine(exchange, level));
    });
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
  events.on('breaker_changed', (upstream, from, to, why) => {
    const level = to === 'open' ? 'warn' : 'info';
    log[level]({ upstream: upstream.origin, from, to, why }, `breaker ${to}`);
  });
}

const round = (ms: number): number => Math.round(ms * 10) / 10;
