import { between, type Interval } from './interval.ts';
import type { Observation } from './observation.ts';

/** What rules look at: one poll, and what led to it. */
export interface View {
  readonly now: Observation;
  /** All polls of this life of the proxy up to now, oldest first. */
  readonly past: readonly Observation[];
  /** From the poll that is far enough back to judge by, until now. */
  readonly recent: Interval;
}

/** Shares of fewer requests than this are taken from a longer stretch, if there is one. */
const enoughRequests = 100;
const minPolls = 3;
/** Never further back than this, or three answers' time of a slower upstream. */
const shortestMemorySeconds = 60;

/** Null at the first polls. */
export function viewAt(observations: readonly Observation[], index: number): View | null {
  const now = observations[index] as Observation;
  const memorySeconds = Math.max(shortestMemorySeconds, 3 * slowestService(now));
  let recent: Interval | null = null;
  for (let i = index - minPolls; i >= 0; i--) {
    const interval = between(observations[i] as Observation, now);
    if (interval === null) continue;
    if (recent !== null && interval.seconds > memorySeconds) break;
    recent = interval;
    if (interval.finished >= enoughRequests) break;
  }
  return recent === null ? null : { now, past: observations.slice(0, index + 1), recent };
}

const slowestService = (now: Observation): number =>
  Math.max(0, ...now.upstreams.map(({ serviceTime }) => serviceTime.mean ?? 0));
