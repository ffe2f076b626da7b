import { outcomeNames, outcomes, type UpstreamSnapshot } from '@spillway/contracts';
import type { Upstream } from '../../service/upstream/upstream.ts';
import {
  counters,
  type Family,
  gauges,
  histograms,
  type MetricsSource,
  stateOf,
} from './family.ts';

const breakerStates: readonly UpstreamSnapshot['breaker']['state'][] = [
  'closed',
  'half_open',
  'open',
];

const healthStates = ['up', 'down', 'unchecked'] as const;

const attemptOutcomes = outcomeNames.filter((name) => outcomes[name].refusedBy === null);

/** Each target: how it answers, its connections and its breaker. */
export const upstreamFamilies: readonly Family[] = [
  counters(
    'spillway_upstream_attempts_total',
    ['upstream', 'outcome'],
    'Attempts that ended, by outcome; a request has one or more.',
    ({ service }) =>
      service.upstreams.known.flatMap(({ origin, attempts }) =>
        attemptOutcomes.map((outcome) => [[origin, outcome], attempts.byOutcome[outcome]] as const),
      ),
  ),
  gauges('spillway_upstream_active', ['upstream'], 'Requests at the upstream.', (source) =>
    each(source, ({ active }) => active),
  ),
  gauges(
    'spillway_upstream_weight',
    ['upstream'],
    'Its share of the load beside the other weights.',
    (source) => eachLive(source, ({ weight }) => weight),
  ),
  gauges(
    'spillway_upstream_limit',
    ['upstream'],
    'The most requests that it gets concurrently, where it has a limit of its own.',
    (source) =>
      eachLive(source, ({ ownLimit }) => ownLimit).filter(([, limit]) => limit !== Infinity),
  ),
  gauges(
    'spillway_upstream_available',
    ['upstream'],
    '1 while it gets requests: not drained, up, not ejected, and let through by its breaker.',
    (source) => eachLive(source, (upstream) => (upstream.available() ? 1 : 0)),
  ),
  gauges(
    'spillway_upstream_draining',
    ['upstream'],
    '1 while it gets nothing new, as it was drained or is no target any more.',
    (source) => eachLive(source, ({ draining }) => (draining ? 1 : 0)),
  ),
  gauges(
    'spillway_upstream_health',
    ['upstream', 'state'],
    'By its health checks (--health-path): 1 for the state it is in, 0 for the others.',
    (source) =>
      source.service.upstreams.known.flatMap(({ origin, health }) =>
        stateOf(healthStates, health?.health ?? 'unchecked').map(
          ([labels, value]) => [[origin, ...labels], value] as const,
        ),
      ),
  ),
  counters(
    'spillway_upstream_health_checks_total',
    ['upstream', 'result'],
    'Health checks by result.',
    ({ service }) =>
      service.upstreams.known.flatMap(({ origin, health }) =>
        health === null
          ? []
          : [
              [[origin, 'passed'], health.results.passed] as const,
              [[origin, 'failed'], health.results.failed] as const,
            ],
      ),
  ),
  gauges(
    'spillway_upstream_ejected',
    ['upstream'],
    '1 while it is ejected because it fails and its peers do not.',
    (source) => eachLive(source, ({ ejected }) => (ejected ? 1 : 0)),
  ),
  counters(
    'spillway_upstream_ejections_total',
    ['upstream', 'reason'],
    'Times it was ejected: consecutive_failures (--outlier-failures), or failure_rate against its peers.',
    ({ service }) =>
      service.upstreams.known.flatMap(({ origin, ejections }) => [
        [[origin, 'consecutive_failures'], ejections.consecutive_failures],
        [[origin, 'failure_rate'], ejections.failure_rate],
      ]),
  ),
  histograms(
    'spillway_upstream_first_byte_seconds',
    ['upstream'],
    'From the written request to the first byte of the answer.',
    (source) => eachLive(source, ({ firstByte }) => firstByte.sinceStart),
  ),
  histograms(
    'spillway_upstream_service_seconds',
    ['upstream'],
    'A permit held for one attempt: connecting, waiting for the answer and relaying it.',
    (source) => eachLive(source, ({ serviceTime }) => serviceTime.sinceStart),
  ),
  gauges(
    'spillway_upstream_connections',
    ['upstream', 'state'],
    'Connections by state: busy, idle or connecting.',
    ({ snapshot }) =>
      snapshot.upstreams.flatMap(({ url, connections: { open, idle, connecting } }) => [
        [[url, 'busy'], open - idle],
        [[url, 'idle'], idle],
        [[url, 'connecting'], connecting],
      ]),
  ),
  gauges(
    'spillway_upstream_connection_waiters',
    ['upstream'],
    'Requests with a permit that wait for a connection (--pool-maxsize).',
    (source) => each(source, ({ connections }) => connections.waiting),
  ),
  counters(
    'spillway_upstream_connections_retired_total',
    ['upstream', 'reason'],
    'Connections closed although they worked: age (--pool-max-age), or an address that the name no longer has.',
    ({ service }) =>
      service.upstreams.known.flatMap(({ origin, pool: { retired } }) => [
        [[origin, 'age'], retired.age],
        [[origin, 'address'], retired.address],
      ]),
  ),
  gauges(
    'spillway_upstream_breaker_state',
    ['upstream', 'state'],
    'State of the breaker: 1 for the one it is in, 0 for the others.',
    ({ snapshot }) =>
      snapshot.upstreams.flatMap(({ url, breaker }) =>
        stateOf(breakerStates, breaker.state).map(
          ([labels, value]) => [[url, ...labels], value] as const,
        ),
      ),
  ),
  gauges(
    'spillway_upstream_breaker_open',
    ['upstream'],
    'The same as one number: 1 while the breaker refuses, 0.5 while it probes.',
    (source) =>
      each(source, ({ breaker }) => ({ closed: 0, half_open: 0.5, open: 1 })[breaker.state]),
  ),
  counters(
    'spillway_upstream_breaker_opened_total',
    ['upstream'],
    'Times the breaker opened; a probe that fails opens it again.',
    (source) => each(source, ({ breaker }) => breaker.opened_total),
  ),
  counters(
    'spillway_upstream_breaker_closed_total',
    ['upstream'],
    'Times the breaker closed again, as its probes had succeeded.',
    (source) => eachLive(source, ({ breaker }) => breaker.closedTotal),
  ),
  gauges('spillway_upstream_breaker_failures', ['upstream'], 'Failures in a row.', (source) =>
    each(source, ({ breaker }) => breaker.consecutive_failures),
  ),
];

const each = ({ snapshot }: MetricsSource, value: (upstream: UpstreamSnapshot) => number) =>
  snapshot.upstreams.map((upstream) => [[upstream.url], value(upstream)] as const);

const eachLive = <Value>({ service }: MetricsSource, value: (upstream: Upstream) => Value) =>
  service.upstreams.known.map((upstream) => [[upstream.origin], value(upstream)] as const);
