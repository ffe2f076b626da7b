import type { MetricsSnapshot } from '@spillway/contracts';
import { between, type Interval, type Observation } from '@spillway/diagnosis';

/** One poll, and what happened since the one before. */
export interface Reading {
  readonly snapshot: MetricsSnapshot;
  /** Null at the first poll and after a restart. */
  readonly interval: Interval | null;
  /** Processors that the proxy kept busy: 1 is one whole. */
  readonly processors: number | null;
}

export function readingOf(
  snapshot: MetricsSnapshot,
  earlier: Observation | undefined,
  now: Observation,
): Reading {
  const interval = earlier === undefined ? null : between(earlier, now);
  const processors =
    interval === null || earlier === undefined
      ? null
      : Math.max(0, now.cpuSeconds - earlier.cpuSeconds) / interval.seconds;
  return { snapshot, interval, processors };
}
