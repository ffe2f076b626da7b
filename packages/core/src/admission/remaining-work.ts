import type { TimeSource } from '../time/time-source.ts';

/** Eight to an octave: each is 9 % longer than the one before. */
const perOctave = 8;
/** From half a millisecond to more than an hour. */
const shortestMs = 0.5;
const buckets = 24 * perOctave;

/** Of a call when none has ended. */
const mostTimes = 10;

/** What was seen fades to a quarter in a minute. */
const fadeEveryMs = 10_000;
const kept = 0.8;

/**
 * How long an upstream is thought to go on with a call that has no answer yet. Calls that were cut count as
 * what they are, longer than they were seen: where clients leave after a second, nothing that is seen to
 * end takes longer, and by those alone every call would be over then (Kaplan and Meier, 1958).
 */
export class RemainingWork {
  readonly #clock: Pick<TimeSource, 'now'>;
  readonly #answered = new Float64Array(buckets);
  readonly #cut = new Float64Array(buckets);
  #fadedAt: number;

  constructor(clock: Pick<TimeSource, 'now'>) {
    this.#clock = clock;
    this.#fadedAt = clock.now();
  }

  /** A call had its answer's first byte after this time. */
  answered(ms: number): void {
    this.#fade();
    this.#answered[bucketOf(ms)]! += 1;
  }

  /** A call was given up after this time, without an answer. */
  cut(ms: number): void {
    this.#fade();
    this.#cut[bucketOf(ms)]! += 1;
  }

  /**
   * Mean time that a call still takes which has taken `elapsedMs`, ms; 0 when nothing is known. As long as all
   * were given up, it is the time that they have worked together, the more of them the longer, but at most ten
   * times the longest of them: were it only a little more, those who wait for longer would have to wait for these.
   */
  estimateMs(elapsedMs: number): number {
    this.#fade();
    const from = bucketOf(elapsedMs);
    let answered = 0;
    let atWork = 0;
    let workedMs = 0;
    let longestMs = 0;
    for (let i = 0; i < buckets; i++) {
      const seen = this.#answered[i]! + this.#cut[i]!;
      answered += this.#answered[i]!;
      workedMs += seen * upperMs(i);
      if (seen > nothing) longestMs = upperMs(i);
      if (i >= from) atWork += seen;
    }
    let remainingMs = 0;
    let share = 1;
    let reachedMs = elapsedMs;
    for (let i = from; i < buckets && atWork > nothing; i++) {
      remainingMs += share * Math.max(0, upperMs(i) - reachedMs);
      reachedMs = upperMs(i);
      share *= 1 - this.#answered[i]! / atWork;
      atWork -= this.#answered[i]! + this.#cut[i]!;
    }
    // Nobody has seen the end of these: they go on at the pace of all. Where no call ends at all, the next one may.
    if (share > nothing) remainingMs += (share * workedMs) / Math.max(1, answered);
    return answered < 1 ? Math.min(remainingMs, mostTimes * longestMs) : remainingMs;
  }

  #fade(): void {
    const periods = Math.floor((this.#clock.now() - this.#fadedAt) / fadeEveryMs);
    if (periods <= 0) return;
    this.#fadedAt += periods * fadeEveryMs;
    const factor = kept ** periods;
    for (let i = 0; i < buckets; i++) {
      this.#answered[i]! *= factor;
      this.#cut[i]! *= factor;
    }
  }
}

/** Less than any count is, apart from rounding. */
const nothing = 1e-9;

const bucketOf = (ms: number): number => {
  const index = Math.floor(Math.log2(Math.max(ms, shortestMs) / shortestMs) * perOctave);
  return Math.min(buckets - 1, index);
};

const upperMs = (bucket: number): number => shortestMs * 2 ** ((bucket + 1) / perOctave);
