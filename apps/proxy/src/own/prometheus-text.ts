import type { MetricsSnapshot } from '@spillway/contracts';
import { type BucketHistogram, latencyBounds } from '../observe/bucket-histogram.ts';
import type { Metrics } from '../observe/metrics.ts';

type Sample = readonly [labels: Record<string, string>, value: number];

/** The Prometheus text format 0.0.4: base units, counters end in _total. */
export function prometheusText(snapshot: MetricsSnapshot, metrics: Metrics): string {
  const { metrics: m, upstreams, process: own } = snapshot;
  const perUpstream = (value: (upstream: (typeof upstreams)[number]) => number): Sample[] =>
    upstreams.map((upstream) => [{ upstream: upstream.url }, value(upstream)]);

  return [
    family(
      'spillway_requests_total',
      'counter',
      'Finished requests by outcome.',
      Object.entries(m.outcomes).map(([outcome, count]) => [{ outcome }, count]),
    ),
    single(
      'spillway_requests_active',
      'gauge',
      'Requests admitted and not finished.',
      m.active_requests,
    ),
    single('spillway_queue_size', 'gauge', 'Requests waiting for a permit.', m.queue_size),
    single('spillway_slots_available', 'gauge', 'Free permits.', m.available_slots),
    single('spillway_retries_total', 'counter', 'Attempts after the first.', m.retries),
    single(
      'spillway_received_bytes_total',
      'counter',
      'Content received from clients.',
      m.bytes_received,
    ),
    single('spillway_sent_bytes_total', 'counter', 'Content sent to clients.', m.bytes_sent),
    histogram(
      'spillway_response_seconds',
      'From the request to the flushed answer.',
      metrics.responseSeconds,
    ),
    histogram('spillway_queue_wait_seconds', 'Waiting for a permit.', metrics.queueSeconds),
    family(
      'spillway_upstream_active',
      'gauge',
      'Requests at the upstream.',
      perUpstream((u) => u.active),
    ),
    family(
      'spillway_upstream_connections',
      'gauge',
      'Connections to the upstream by state.',
      upstreams.flatMap((u): Sample[] => [
        [{ upstream: u.url, state: 'busy' }, u.connections.open - u.connections.idle],
        [{ upstream: u.url, state: 'idle' }, u.connections.idle],
        [{ upstream: u.url, state: 'connecting' }, u.connections.connecting],
      ]),
    ),
    family(
      'spillway_upstream_breaker_open',
      'gauge',
      '1 while the breaker refuses, 0.5 while it probes.',
      perUpstream((u) => ({ closed: 0, half_open: 0.5, open: 1 })[u.breaker.state]),
    ),
    family(
      'spillway_upstream_breaker_opened_total',
      'counter',
      'Times the breaker opened.',
      perUpstream((u) => u.breaker.opened_total),
    ),
    single(
      'spillway_event_loop_delay_p99_seconds',
      'gauge',
      'Event loop delay, 99th percentile.',
      own.event_loop_delay.p99,
    ),
    single('spillway_resident_memory_bytes', 'gauge', 'Resident memory.', own.memory.rss),
    single(
      'spillway_client_connections',
      'gauge',
      'Open connections of clients.',
      own.client_connections,
    ),
    single('spillway_uptime_seconds', 'gauge', 'Since the start.', own.uptime),
    family('spillway_build_info', 'gauge', 'Always 1.', [[{ version: own.version }, 1]]),
    '',
  ].join('\n');
}

function family(name: string, type: string, help: string, samples: readonly Sample[]): string {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(([labels, value]) => `${name}${labelled(labels)} ${value}`),
  ].join('\n');
}

const single = (name: string, type: string, help: string, value: number): string =>
  family(name, type, help, [[{}, value]]);

function histogram(name: string, help: string, data: BucketHistogram): string {
  let cumulative = 0;
  const buckets = [...latencyBounds.map(String), '+Inf'].map((le, i) => {
    cumulative += data.counts[i] as number;
    return `${name}_bucket${labelled({ le })} ${cumulative}`;
  });
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} histogram`,
    ...buckets,
    `${name}_sum ${data.sumSeconds}`,
    `${name}_count ${data.count}`,
  ].join('\n');
}

function labelled(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escapeLabel = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
