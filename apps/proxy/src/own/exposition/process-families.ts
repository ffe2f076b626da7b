import { healthStatusSchema, strainedResourceSchema } from '@spillway/contracts';
import { counter, counters, type Family, gauge, gauges, info, stateOf } from './family.ts';
import { beyondBudget } from './label-budget.ts';

/** The proxy itself; names without `spillway_` are those that all client libraries use. */
export const processFamilies: readonly Family[] = [
  gauges(
    'spillway_health',
    ['status'],
    'What /proxy-health says: 1 for the status it is in, 0 for the others.',
    ({ snapshot: { draining, status } }) =>
      stateOf([...healthStatusSchema.options, 'draining'], draining ? 'draining' : status),
  ),
  gauge(
    'spillway_client_connections',
    'Open connections of clients.',
    ({ snapshot }) => snapshot.process.client_connections,
  ),
  counters(
    'spillway_requests_by_version_total',
    ['version'],
    'Requests by the version of HTTP in which they came.',
    ({ snapshot }) =>
      Object.entries(snapshot.process.requests_by_version).map(([version, count]) => [
        [version],
        count,
      ]),
  ),
  counters(
    'spillway_refused_connections_total',
    ['reason'],
    'Connections of clients closed before any request: one too many, no PROXY header, or no TLS.',
    ({ snapshot }) =>
      Object.entries(snapshot.process.refused_connections).map(([why, count]) => [[why], count]),
  ),
  gauges(
    'spillway_certificate_expiry_timestamp_seconds',
    ['source'],
    'When a certificate presented to clients expires, in seconds since 1970.',
    ({ snapshot: { certificates = [] } }) =>
      certificates.map(({ source, expires_at }) => [[source], Date.parse(expires_at) / 1000]),
  ),
  counters(
    'spillway_unrouted_requests_total',
    ['outcome'],
    'Requests that reached no service, by outcome; shown where there are several services.',
    ({ snapshot: { unrouted = {} } }) =>
      Object.entries(unrouted).map(([outcome, count]) => [[outcome], count]),
  ),
  gauges(
    'spillway_unlisted',
    ['kind'],
    'Services and targets that have no series of their own; shown where there are several services.',
    ({ snapshot }) => {
      const { services, targets } = beyondBudget(snapshot);
      return snapshot.services === undefined && targets === 0
        ? []
        : [
            [['service'], services],
            [['target'], targets],
          ];
    },
  ),
  gauges(
    'spillway_shed_ratio',
    ['resource'],
    'Share of the new requests shed because the proxy itself is short of this.',
    ({ snapshot: { admission } }) =>
      strainedResourceSchema.options.map((resource) => {
        const { shedding } = admission;
        return [[resource], shedding?.resource === resource ? shedding.share : 0];
      }),
  ),
  gauge('spillway_draining', '1 while it shuts down and admits nothing.', ({ snapshot }) =>
    Number(snapshot.draining),
  ),
  gauge(
    'spillway_event_loop_utilization_ratio',
    'Share of the last ten seconds that the event loop was busy, from 0 to 1.',
    ({ snapshot }) => snapshot.process.event_loop_utilization,
  ),
  gauge(
    'spillway_event_loop_delay_p50_seconds',
    'Event loop delay over the last ten seconds, median.',
    ({ snapshot }) => snapshot.process.event_loop_delay.p50,
  ),
  gauge(
    'spillway_event_loop_delay_p99_seconds',
    'Event loop delay over the last ten seconds, 99th percentile.',
    ({ snapshot }) => snapshot.process.event_loop_delay.p99,
  ),
  counters(
    'spillway_shortages_total',
    ['resource'],
    'Connections that failed because the proxy was out of file descriptors, local ports or memory for sockets.',
    ({ snapshot }) =>
      Object.entries(snapshot.process.shortages).map(([resource, count]) => [[resource], count]),
  ),
  counter(
    'process_cpu_seconds_total',
    'Processor time used, user and system.',
    ({ snapshot }) => snapshot.process.cpu_seconds,
  ),
  gauge(
    'process_resident_memory_bytes',
    'Resident memory.',
    ({ snapshot }) => snapshot.process.memory.rss,
  ),
  gauge(
    'nodejs_heap_size_used_bytes',
    'Memory that JavaScript objects take.',
    ({ snapshot }) => snapshot.process.memory.heap_used,
  ),
  gauge(
    'process_start_time_seconds',
    'Start of the process, in seconds since 1970.',
    ({ snapshot }) => Date.parse(snapshot.process.started_at) / 1000,
  ),
  counter(
    'spillway_log_lines_dropped_total',
    'Log lines dropped as nothing took them: a full disk, or a reader that stalls.',
    ({ snapshot }) => snapshot.process.log.lines_dropped,
  ),
  counter(
    'spillway_log_write_errors_total',
    'Writes of the log that failed; they are tried again.',
    ({ snapshot }) => snapshot.process.log.write_errors,
  ),
  info('spillway_build_info', ['version'], 'Version of the proxy.', ({ snapshot }) => [
    snapshot.process.version,
  ]),
];
