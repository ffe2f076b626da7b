import type { Interval } from './interval.ts';
import {
  enoughAnswers,
  minuteSeconds,
  type Observation,
  type UpstreamObservation,
} from './observation.ts';

type Counts = Readonly<Record<string, number>>;

/** What earlier polls told of one upstream. */
interface UpstreamMemory {
  /** When its answers were fastest; of polls about as fast the earliest, before busier times mix in. */
  fastest: UpstreamObservation | null;
  /** What came and was answered then; null until there is an interval to tell. */
  loadWhenFastest: Interval | null;
  /** When its breaker opened after it had been well again, in the watcher's seconds, and how often by then. */
  flaps: { readonly at: number; readonly times: number }[];
  /** How requests ended when it opened after it had been well; null when it never did. */
  failuresBefore: Counts | null;
  /** Of the last opening, to tell whether it has recovered since. */
  openedTotal: number;
  okWhenOpened: number;
  seenClosed: boolean;
}

export type Memory = Map<string, UpstreamMemory>;

export const newMemory = (): Memory => new Map();

/** Fewer answers than this say nothing about how fast an upstream is. */
export const fewestAnswers = 10;
/** Of slow answers, so many could have come in a row: else only quick ones may have. */
const enoughRounds = 5;
/** Medians this close are the same. */
const aboutEqual = 1.2;

/** What happened lately, and since the first of the answers by which speed is known; null at the first polls. */
interface Lately {
  readonly recent: Interval | null;
  readonly load: Interval | null;
}

/** Takes one poll in. */
export function remember(memory: Memory, now: Observation, { recent, load }: Lately): void {
  for (const upstream of now.upstreams) {
    const known = memory.get(upstream.url) ?? firstSight(upstream, now);
    memory.set(upstream.url, known);
    if (!isBeginning(upstream, now)) rememberSpeed(known, upstream, load);
    rememberOpenings(known, upstream, now, recent);
  }
}

const firstSight = ({ breaker }: UpstreamObservation, now: Observation): UpstreamMemory => ({
  fastest: null,
  loadWhenFastest: null,
  flaps: [],
  failuresBefore: breaker.state === 'closed' ? null : now.outcomes,
  openedTotal: breaker.openedTotal,
  okWhenOpened: 0,
  seenClosed: breaker.state === 'closed',
});

/** Of slow answers that were begun together, only the quick ones may have come by now. */
const isBeginning = (upstream: UpstreamObservation, { uptime }: Observation): boolean =>
  upstream.answersSeconds > minuteSeconds &&
  uptime < enoughRounds * (upstream.serviceTime.mean ?? 0);

function rememberSpeed(
  known: UpstreamMemory,
  upstream: UpstreamObservation,
  load: Interval | null,
): void {
  const { p50, count } = upstream.firstByte;
  const fastest = known.fastest?.firstByte.p50 ?? Number.POSITIVE_INFINITY;
  if (p50 !== null && count >= enoughAnswers && p50 * aboutEqual < fastest) {
    known.fastest = upstream;
    known.loadWhenFastest = null;
  }
  if (known.fastest !== null) known.loadWhenFastest ??= load;
}

/** A probe that fails opens the breaker again: that is one outage, not another. */
function rememberOpenings(
  known: UpstreamMemory,
  upstream: UpstreamObservation,
  now: Observation,
  recent: Interval | null,
): void {
  const { state, openedTotal } = upstream.breaker;
  const ok = now.outcomes.ok ?? 0;
  const opened = openedTotal - known.openedTotal;
  if (opened > 0) {
    const answered = now.upstreams.length === 1 ? ok - known.okWhenOpened : 0;
    const recovered = Math.min(opened, Math.max(answered, known.seenClosed ? 1 : 0));
    if (recovered > 0) {
      known.flaps.push({ at: now.at, times: recovered });
      known.failuresBefore = recent?.byOutcome ?? now.outcomes;
    }
    known.openedTotal = openedTotal;
    known.okWhenOpened = ok;
    known.seenClosed = false;
  }
  known.seenClosed ||= state === 'closed';
}
