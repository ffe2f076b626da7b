import { type MetricsSnapshot, serviceNames, type UpstreamSnapshot } from '@spillway/contracts';
import { outcomeLines } from './outcome-looks.ts';
import type { Hue, Line, Look, PlotSpec } from './plot-spec.ts';

const permitsTaken = ({ limits, metrics }: MetricsSnapshot): number =>
  Math.max(0, limits.concurrent_requests - metrics.available_slots);

const breakerLevel = { closed: 0, half_open: 1, open: 2 } as const;

/** All plots, in order. Adding one is an entry here. */
export const plots: readonly PlotSpec[] = [
  {
    id: 'rate',
    title: 'Finished requests by outcome',
    about: 'Requests that ended, a second, one outcome on top of the other',
    unit: 'per_second',
    fold: 'mean',
    shape: 'stack',
    leastTop: 1,
    lines: ({ metrics }) => outcomeLines(metrics.outcomes),
  },
  {
    id: 'latency',
    title: 'Response time',
    about: 'From the arrival of a request to the last byte of its answer, over the last minute',
    unit: 'seconds',
    fold: 'max',
    shape: 'lines',
    leastTop: 0.001,
    lines: () => [
      percentile('p50', 'water', ({ metrics }) => metrics.response_time.p50),
      percentile('p95', 'blue', ({ metrics }) => metrics.response_time.p95, 'dashed'),
      percentile('p99', 'violet', ({ metrics }) => metrics.response_time.p99, 'dotted'),
    ],
  },
  {
    id: 'in-flight',
    title: 'In flight',
    about: 'Requests that hold one of the places at the upstream, and how many there are',
    unit: 'requests',
    fold: 'max',
    shape: 'lines',
    leastTop: 4,
    lines: () => [
      gauge('in flight', 'water', permitsTaken),
      limit('limit', ({ limits }) => limits.concurrent_requests),
    ],
  },
  {
    id: 'queue',
    title: 'Queue',
    about: 'Requests that wait for a place, and how many may',
    unit: 'requests',
    fold: 'max',
    shape: 'lines',
    leastTop: 4,
    lines: () => [
      gauge('waiting', 'amber', ({ metrics }) => metrics.queue_size),
      limit('limit', ({ limits }) => limits.queue_size),
    ],
  },
  {
    id: 'phases',
    title: 'Where the time goes, p95',
    about:
      'The four parts of a response time, each with its own 95th percentile of the last minute',
    unit: 'seconds',
    fold: 'max',
    shape: 'lines',
    leastTop: 0.001,
    lines: () => [
      percentile('queue', 'amber', ({ metrics }) => metrics.queue_wait.p95),
      percentile('connect', 'violet', ({ metrics }) => metrics.connect.p95, 'dotted'),
      percentile('first byte', 'water', ({ metrics }) => metrics.first_byte.p95),
      percentile('body', 'blue', ({ metrics }) => metrics.body.p95, 'dashed'),
    ],
  },
  {
    id: 'breaker',
    title: 'Breaker',
    about: 'Whether each upstream gets requests: closed passes them, open refuses them',
    unit: 'breaker',
    fold: 'max',
    shape: 'steps',
    leastTop: 2,
    lines: (snapshot) => {
      const names = serviceNames(snapshot);
      return names.length > 0 ? names.map(serviceBreakerLine) : snapshot.upstreams.map(breakerLine);
    },
  },
  {
    id: 'delay',
    title: 'Event loop delay',
    about: 'How late timers of the proxy fire, over the last ten seconds',
    unit: 'seconds',
    fold: 'max',
    shape: 'lines',
    leastTop: 0.05,
    lines: () => [
      percentile('p50', 'water', ({ process }) => process.event_loop_delay.p50),
      percentile('p99', 'violet', ({ process }) => process.event_loop_delay.p99, 'dotted'),
    ],
  },
  {
    id: 'busy',
    title: 'Processor',
    about: 'Time the proxy computed, as a share of one processor, and its event loop was busy',
    unit: 'percent',
    fold: 'mean',
    shape: 'lines',
    leastTop: 10,
    lines: () => [
      gauge('event loop', 'water', ({ process }) => 100 * process.event_loop_utilization),
      {
        key: 'processor',
        label: 'processor',
        hue: 'orange',
        look: 'dashed',
        value: ({ processors }) => (processors === null ? null : 100 * processors),
      },
    ],
  },
];

type Of<Value> = (snapshot: MetricsSnapshot) => Value;

function gauge(label: string, hue: Hue, of: Of<number | null>, look?: Look): Line {
  const value: Line['value'] = ({ snapshot }) => of(snapshot);
  return { key: label, label, hue, value, ...(look === undefined ? {} : { look }) };
}

const percentile = gauge;

const limit = (label: string, of: Of<number>): Line => gauge(label, 'slate', of, 'limit');

const upstreamHues: readonly Hue[] = [
  'water',
  'orange',
  'violet',
  'blue',
  'pink',
  'green',
  'amber',
];

function breakerLine({ url }: UpstreamSnapshot, index: number): Line {
  return {
    key: url,
    label: url,
    ...(index % 2 === 1 ? { look: 'dashed' as const } : {}),
    hue: upstreamHues[index % upstreamHues.length] as Hue,
    value: ({ snapshot }) => {
      const upstream = snapshot.upstreams.find((one) => one.url === url);
      return upstream === undefined ? null : breakerLevel[upstream.breaker.state];
    },
  };
}

/** The worst of its breakers, once one was not closed: there may be hundreds of services. */
function serviceBreakerLine(service: string, index: number): Line {
  return {
    key: service,
    label: service,
    onlyOnceSeen: true,
    ...(index % 2 === 1 ? { look: 'dashed' as const } : {}),
    hue: upstreamHues[index % upstreamHues.length] as Hue,
    value: ({ snapshot }) => {
      const upstreams = snapshot.services?.[service]?.upstreams ?? [];
      const levels = upstreams.map(({ breaker }) => breakerLevel[breaker.state]);
      return levels.length === 0 ? null : Math.max(...levels);
    },
  };
}
