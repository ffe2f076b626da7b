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
/** No further back than this, or than six answers of a slower upstream take. */
const usualSeconds = 60;

/** A view for each poll, null at the first one. It is good until the next is asked for. */
export function* viewsOf(series: readonly Observation[]): Generator<View | null> {
  const memory = newMemory();
  for (let i = 0; i < series.length; i++) {
    const now = series[i] as Observation;
    const longest = Math.max(usualSeconds, 6 * slowestService(now));
    const recent = stretch(series, i, longest, enoughRequests);
    remember(memory, now, { recent, load: loadOf(series, i, longest) ?? recent });
    yield recent === null ? null : { now, recent, memory };
  }
}

/** While rare answers came, hardly more requests did: their rate is taken from all that time. */
function loadOf(series: readonly Observation[], index: number, usual: number): Interval | null {
  const { upstreams } = series[index] as Observation;
  const seconds = Math.max(0, ...upstreams.map(({ answersSeconds }) => answersSeconds));
  return seconds > usual ? stretch(series, index, seconds, Number.POSITIVE_INFINITY) : null;
}

/** Back to where so many requests ended since, or so long ago. */
function stretch(
  series: readonly Observation[],
  index: number,
  longest: number,
  enough: number,
): Interval | null {
  const now = series[index] as Observation;
  let start: Observation | null = null;
  for (let i = index - 1; i >= 0; i--) {
    const earlier = series[i] as Observation;
    if (start !== null && secondsBetween(earlier, now) > longest) break;
    start = earlier;
    if (now.finished - earlier.finished >= enough) break;
  }
  return start === null ? null : between(start, now);
}

const slowestService = (now: Observation): number =>
  Math.max(0, ...now.upstreams.map(({ serviceTime }) => serviceTime.mean ?? 0));
