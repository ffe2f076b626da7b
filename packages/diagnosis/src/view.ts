import { between, type Interval, secondsBetween } from './interval.ts';
import type { Observation } from './observation.ts';
import { type Memory, newMemory, remember } from './upstream-memory.ts';

/** What rules look at: one poll, and what led to it. */
export interface View {
  readonly now: Observation;
  /** From the poll that is far enough back to judge by, until now. */
  readonly recent: Interval;
  /** What is remembered of each upstream, by its address. */
  readonly memory: Memory;
}

/** Shares of fewer requests than this are taken from a longer stretch, if there is one. */
const enoughRequests = 100;
/** No further back than this, or than three answers of a slower upstream take. */
const memorySeconds = 60;

/** A view for each poll, null at the first one. It is good until the next is asked for. */
export function* viewsOf(series: readonly Observation[]): Generator<View | null> {
  const memory = newMemory();
  for (let i = 0; i < series.length; i++) {
    const now = series[i] as Observation;
    const since = startOfRecent(series, i);
    const recent = since === null ? null : between(since, now);
    remember(memory, now, recent);
    yield recent === null ? null : { now, recent, memory };
  }
}

function startOfRecent(series: readonly Observation[], index: number): Observation | null {
  const now = series[index] as Observation;
  const longest = Math.max(memorySeconds, 3 * slowestService(now));
  let start: Observation | null = null;
  for (let i = index - 1; i >= 0; i--) {
    const earlier = series[i] as Observation;
    if (start !== null && secondsBetween(earlier, now) > longest) break;
    start = earlier;
    if (now.finished - earlier.finished >= enoughRequests) break;
  }
  return start;
}

const slowestService = (now: Observation): number =>
  Math.max(0, ...now.upstreams.map(({ serviceTime }) => serviceTime.mean ?? 0));
