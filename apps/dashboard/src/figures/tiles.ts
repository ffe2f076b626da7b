import { formatCount, formatPercent, formatRate, formatSeconds } from '@spillway/quantities';
import { breakerFace, breakerTrace } from './breaker-face.ts';
import { successFace, successTrace } from './success-face.ts';
import type { Tile, TileFace, Tone } from './tile.ts';

/** All tiles, in order. Adding one is an entry here. */
export const tiles: readonly Tile[] = [
  {
    id: 'requests',
    label: 'Requests',
    trace: ({ interval }) => interval?.requestsPerSecond ?? null,
    face: ({ snapshot: { metrics } }) => ({
      value: formatRate(metrics.rates.requests['10s']),
      unit: '/s',
      detail: `${formatRate(metrics.rates.requests['1m'])}/s over a minute · ${formatCount(metrics.total_requests)} in all`,
    }),
  },
  { id: 'success', label: 'Succeeded', face: successFace, trace: successTrace },
  {
    id: 'latency',
    label: 'Response time p95',
    trace: ({ snapshot }) => snapshot.metrics.response_time.p95,
    face: ({ snapshot: { metrics } }) => {
      const { p50, p95, p99 } = metrics.response_time;
      return {
        value: formatSeconds(p95),
        detail: `p50 ${formatSeconds(p50)} · p99 ${formatSeconds(p99)}`,
      };
    },
  },
  {
    id: 'in-flight',
    label: 'In flight',
    face: ({ snapshot: { limits, admission, metrics } }) => {
      const auto = admission.limit.configured === 'auto' ? ' · found by auto' : '';
      const free = metrics.available_slots;
      const held = metrics.held_permits;
      const givenUp = held > 0 ? ` · ${formatCount(held)} held for requests given up` : '';
      const taken = Math.max(0, limits.concurrent_requests - free);
      return usedOf(
        taken,
        limits.concurrent_requests,
        `${formatCount(free)} places free${givenUp}${auto}`,
        'warning',
      );
    },
  },
  {
    id: 'queue',
    label: 'Queue',
    face: ({ snapshot: { limits, admission, metrics } }) => {
      const wait = admission.estimated_wait;
      const ahead = wait > 0 ? ` · new ones wait ${formatSeconds(wait)}` : '';
      return usedOf(
        metrics.queue_size,
        limits.queue_size,
        `p95 wait ${formatSeconds(metrics.queue_wait.p95)}${ahead} · ${formatCount(metrics.queue_rejected)} refused`,
        'critical',
      );
    },
  },
  {
    id: 'retries',
    label: 'Retries',
    trace: ({ interval }) => (interval === null ? null : interval.retries / interval.seconds),
    face: ({ snapshot: { metrics }, lastMinute }) => ({
      value: lastMinute === null ? '–' : formatRate(lastMinute.retries / lastMinute.seconds),
      unit: '/s',
      detail: `${formatCount(metrics.retries)} in all`,
    }),
  },
  { id: 'breaker', label: 'Breaker', face: breakerFace, trace: breakerTrace },
  {
    id: 'event-loop',
    label: 'Event loop busy',
    trace: ({ snapshot }) => snapshot.process.event_loop_utilization,
    face: ({ snapshot: { process } }) => ({
      value: formatPercent(100 * process.event_loop_utilization),
      detail: `p99 delay ${formatSeconds(process.event_loop_delay.p99)}`,
      ...(process.event_loop_utilization > 0.9 ? { tone: 'warning' as const } : {}),
    }),
  },
];

/** Of a limit: a warning from four fifths on, as health has it. */
function usedOf(value: number, limit: number, detail: string, whenFull: Tone): TileFace {
  const full = limit > 0 && value >= limit;
  const tone = full ? whenFull : limit > 0 && value >= 0.8 * limit ? 'warning' : 'fine';
  return {
    value: formatCount(value),
    unit: `of ${formatCount(limit)}`,
    detail,
    used: { value, limit },
    tone,
  };
}
