import { formatProblem } from '@spillway/options';
import type { ProxyConfig } from '../config/proxy-options.ts';
import { type AccessLineSource, accessLevelOf, accessLine } from './access-line.ts';
import type { ControlAction, ProxyEvents } from './events.ts';
import type { ProxyLogger } from './logger.ts';
import type { ObservedAddress, ObservedTarget } from './observed.ts';

/** What the log is about. */
interface LogSource extends AccessLineSource {
  readonly events: ProxyEvents;
  readonly settings: Pick<ProxyConfig, 'accessLog'>;
}

/** Writes what happens to the log: a line a request (unless switched off), and each turn of a breaker and of a name. */
export function logEvents(source: LogSource, { log, writeLine }: ProxyLogger): void {
  const { events, settings } = source;
  if (settings.accessLog) {
    const logged = { info: log.isLevelEnabled('info'), warn: log.isLevelEnabled('warn') };
    events.on('request_finished', (request) => {
      const level = accessLevelOf(request);
      if (logged[level]) writeLine(accessLine(request, level, source));
    });
    events.on('request_unreadable', (status, reason, client) => {
      log.info({ outcome: 'client_error', status, reason, client }, 'unreadable request');
    });
  }
  events.on('attempt_failed', (request, outcome, delayMs) => {
    const { id, attempts, upstream, detail } = request;
    log.debug(
      { id, attempt: attempts, upstream, outcome, detail, delay_ms: round(delayMs) },
      'retry',
    );
  });
  events.on('internal_error', ({ id }, error) => {
    log.error({ id, err: error }, 'internal error');
  });
  events.on('accept_failed', (error) => {
    log.error({ err: error }, 'a connection of a client could not be accepted');
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
  events.on('reloaded', (generation, changes, restart) => {
    log.info({ generation, changes }, `reloaded: ${countOf(changes.length, 'change')}`);
    if (restart.length > 0) log.warn({ flags: restart }, 'these take effect at the next start');
  });
  events.on('reload_refused', (problems) => {
    const told = problems.map(formatProblem);
    log.error({ problems: told }, 'reload refused: the old configuration stays in force');
  });
  events.on('service_controlled', ({ name, permits }, action, target) => {
    const { queued } = permits;
    const what = target === null ? {} : { target: target.origin };
    const subject = target === null ? 'service' : 'target';
    log.info({ service: name, ...what, queued }, `${subject} ${told[action]}`);
  });
  events.on('breaker_changed', (upstream, from, to, why) => {
    const level = to === 'open' ? 'warn' : 'info';
    log[level]({ upstream: upstream.origin, from, to, why }, `breaker ${to}`);
  });
  logTargets(events, log);
}

const told: Readonly<Record<ControlAction, string>> = {
  pause: 'paused: requests wait until it is resumed',
  resume: 'resumed',
  drain: 'drained: it gets no new requests until it is put back',
  undrain: 'put back: it gets requests again',
};

const countOf = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`;
/** Targets that come, go, are ejected, or change by their health checks. */
function logTargets(events: ProxyEvents, log: ProxyLogger['log']): void {
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

const originOf = ({ origin }: ObservedTarget): string => origin;

const ipOf = ({ address }: ObservedAddress): string => address;

const round = (ms: number): number => Math.round(ms * 10) / 10;
