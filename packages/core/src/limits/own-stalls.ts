import { requireAtLeast } from '../check-number.ts';
import type { SampleOutcome } from './concurrency-limit.ts';

/** Shorter ones are a timer's usual imprecision. */
const leastMs = 10;
/** Of a request's time: what our own pause may have added to it without harm. */
const bearableShare = 0.3;
/** After so long with nothing but late answers, a blurred picture is better than none. */
const blindMs = 10_000;

/**
 * Which answers are late because our own event loop stood still: to whoever measures it looks as if the upstream were
 * slow. It learns of pauses from a beat that is due at an interval, and knows no clock.
 */
export class OwnStalls {
  readonly #intervalMs: number;
  readonly #clock: { readonly wokeAt: number } | null;
  #beatAt: number;
  #endedAt = -Infinity;
  #lastedMs = 0;
  #cleanAt: number;
  /** Since the last beat. To keep the instant itself would allocate a number for each answer. */
  #sawClean = false;

  /** `clock`: knows when the whole process last woke from a standstill. */
  constructor(intervalMs: number, now: number, clock: { readonly wokeAt: number } | null = null) {
    this.#clock = clock;
    this.#intervalMs = requireAtLeast('intervalMs', intervalMs, 1);
    this.#beatAt = this.#cleanAt = now;
  }

  beat(now: number): void {
    this.#notice(now);
    this.#beatAt = now;
    if (!this.#sawClean) return;
    this.#cleanAt = now;
    this.#sawClean = false;
  }

  /** To be asked when the answer comes in. Allocates nothing. */
  isLate(startedAt: number, endedAt: number): boolean {
    // Of what came through a standstill nobody knows how long it took.
    if (this.#clock !== null && startedAt < this.#clock.wokeAt) return true;
    // Answers that have waited may come in before the beat that has.
    this.#notice(endedAt);
    // Only the last pause counts: a request that came through an earlier one was not held up by it. Those that came
    // through the last one go too: they are the slow ones of their time.
    const late =
      startedAt < this.#endedAt && this.#lastedMs > bearableShare * (endedAt - startedAt);
    if (late) return endedAt - this.#cleanAt <= blindMs;
    this.#sawClean = true;
    return false;
  }

  /** The sample, unless it is one of a good response that was late through our own fault. */
  heed(sample: SampleOutcome, startedAt: number, endedAt: number): SampleOutcome {
    return sample === 'success' && this.isLate(startedAt, endedAt) ? 'ignored' : sample;
  }

  #notice(now: number): void {
    const lateMs = now - this.#beatAt - this.#intervalMs;
    if (lateMs < leastMs) return;
    this.#lastedMs = lateMs;
    this.#endedAt = now;
  }
}
