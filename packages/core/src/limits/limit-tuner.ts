import type { PermitLimit } from '../admission/permit-limit.ts';
import type { Course, Try } from '../life/course.ts';
import type { ServiceSettings } from '../service/service-settings.ts';
import type { TimeSource } from '../time/time-source.ts';
import type { ConcurrencyLimit, LimitChange } from './concurrency-limit.ts';
import { type ConcurrencyLimitName, concurrencyLimits } from './concurrency-limits.ts';
import type { OwnStalls } from './own-stalls.ts';
import { sampleOf } from './sample-of.ts';
import { StatedLimit } from './stated-limit.ts';

/** Where the search begins: it is elsewhere within two or three service times. */
const initialLimit = 10;

/** A deadline that passes within so many mean latencies of an attempt was spent elsewhere. */
const longAttempt = 3;

/** Each names its calls from a number of its own on. */
const callsPerTuner = 2 ** 17;
let tuners = 0;

type Settings = Pick<
  ServiceSettings,
  'maxConcurrentRequests' | 'autoAlgorithm' | 'autoMin' | 'autoMax'
>;

/** Moves the limit to what the targets take: what `auto` finds, and no more than they state. */
export class LimitTuner {
  /** `fixed`: only what the targets state lowers it. */
  readonly algorithm: ConcurrencyLimitName | 'fixed';
  readonly #limit: ConcurrencyLimit;
  readonly #permits: PermitLimit;
  readonly #clock: Pick<TimeSource, 'now'>;
  readonly #ownStalls: OwnStalls | null;
  #statedCapacity: number | null = null;
  /** Of good responses, weighing the last twenty or so; 0 before the first. */
  #meanMs = 0;
  readonly #firstCall: number;

  constructor(
    settings: Settings,
    permits: PermitLimit,
    clock: Pick<TimeSource, 'now'>,
    ownStalls: OwnStalls | null,
    initial = firstLimit(settings),
  ) {
    const { maxConcurrentRequests, autoAlgorithm, autoMin: min, autoMax: max } = settings;
    this.#permits = permits;
    this.#clock = clock;
    this.#ownStalls = ownStalls;
    this.#firstCall = tuners++ * callsPerTuner;
    if (maxConcurrentRequests === 'auto') {
      this.algorithm = autoAlgorithm;
      this.#limit = concurrencyLimits[autoAlgorithm]({ initial, min, max });
    } else {
      this.algorithm = 'fixed';
      this.#limit = new StatedLimit(maxConcurrentRequests);
    }
  }

  get lastChange(): LimitChange | null {
    return this.#limit.lastChange;
  }

  /** What the targets take together, as they state it; null: they don't. */
  get statedCapacity(): number | null {
    return this.#statedCapacity;
  }

  onStatedCapacity(capacity: number | null): void {
    // Once for each change: every time the search would begin anew.
    if (capacity === this.#statedCapacity) return;
    this.#statedCapacity = capacity;
    if (this.#limit.onStatedCapacity(capacity, this.#clock.now())) this.#apply();
  }

  /** An attempt goes to a target. */
  onStart(attempt: Try): void {
    const call = this.#limit.onStart?.(attempt.startedAt);
    if (call !== undefined) attempt.call = this.#firstCall + call;
  }

  /** The head of a response has come. */
  onFirstByte(attempt: Try): void {
    const { startedAt, answeredAt, status } = attempt;
    if (this.#limit.onFirstByte === undefined || status >= 400) return;
    if (this.#ownStalls?.isLate(startedAt, answeredAt)) return;
    if (this.#limit.onFirstByte(this.#callOf(attempt), answeredAt)) this.#apply();
  }

  /**
   * To be called while the attempt still holds its permit; `holdMs`: for how long it will be held because the target may work on.
   */
  onEnd(course: Course, attempt: Try, holdMs: number): void {
    if (this.algorithm === 'fixed') return;
    let call = this.#callOf(attempt);
    if (holdMs > 0 && this.#limit.onHeld !== undefined) {
      this.#limit.onHeld(call, attempt.endedAt + holdMs);
      call = -1;
    }
    const { startedAt, endedAt } = attempt;
    const seen = sampleOf(course, attempt, longAttempt * this.#meanMs);
    const sample = this.#ownStalls?.heed(seen, startedAt, endedAt) ?? seen;
    if (sample === 'success') {
      const tookMs = endedAt - startedAt;
      this.#meanMs += (tookMs - this.#meanMs) / (this.#meanMs === 0 ? 1 : 20);
    }
    const { inFlight } = this.#permits;
    if (this.#limit.onSample(startedAt, endedAt, inFlight, sample, course.kind, call))
      this.#apply();
  }

  /** A mistake of ours broke the attempt off. */
  onBroken(attempt: Try): void {
    const now = this.#clock.now();
    const call = this.#callOf(attempt);
    this.#limit.onSample(attempt.startedAt, now, this.#permits.inFlight, 'ignored', 0, call);
  }

  /** -1: it began under another tuner, before a change of the configuration. */
  #callOf({ call }: Try): number {
    const ours = call - this.#firstCall;
    return ours >= 0 && ours < callsPerTuner ? ours : -1;
  }

  #apply(): void {
    this.#permits.allow('tuner', this.#limit.limit);
  }
}

export const firstLimit = ({ autoMin, autoMax }: Pick<Settings, 'autoMin' | 'autoMax'>): number =>
  Math.min(autoMax, Math.max(autoMin, initialLimit));
