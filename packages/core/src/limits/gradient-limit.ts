import { requireWhole } from '../check-number.ts';
import { maxLeases } from '../lease-table.ts';
import type {
  ConcurrencyLimit,
  LimitChange,
  LimitReason,
  SampleOutcome,
} from './concurrency-limit.ts';
import { gradientStep } from './gradient-step.ts';
import type { LimitOptions } from './limit-options.ts';
import { MovingLimit } from './moving-limit.ts';

const minSamples = 200;

/**
 * Follows latency closely. For traffic of one kind only, and best fed with times to the first byte: where
 * fast and slow routes mix, the mix moves it, not the upstream. Its baseline is measured anew at half the
 * limit from time to time, so that a slow day is not taken for a queue, nor a queue for the baseline.
 */
export class GradientLimit implements ConcurrencyLimit {
  readonly #min: number;
  readonly #max: number;
  readonly #windowMs: number;
  readonly #probeEvery: number;
  #exact: number;
  /** `#exact` rounded, but for the moment of a probe. */
  readonly #shown: MovingLimit;
  #cap = Infinity;
  #baselineMs = Infinity;
  #probing = false;
  /** Windows in a row that took from the limit for latency. */
  #inVain = 0;
  #windowsToProbe: number;
  #windowAt = -Infinity;
  /** Samples from before belong to another limit. */
  #epoch = -Infinity;
  #latencyMs = 0;
  #inFlight = 0;
  #samples = 0;
  #dropped = 0;

  constructor(options: LimitOptions) {
    const { initial, min, max, windowMs = 1000, probeEvery = 30 } = options;
    this.#min = requireWhole('min', min, 1, maxLeases);
    this.#max = requireWhole('max', max, min, maxLeases);
    this.#windowMs = windowMs;
    this.#probeEvery = this.#windowsToProbe = probeEvery;
    this.#exact = Math.max(min, Math.min(max, initial));
    this.#shown = new MovingLimit(this.#exact);
  }

  get limit(): number {
    return this.#shown.value;
  }

  get lastChange(): LimitChange | null {
    return this.#shown.lastChange;
  }

  onSample(startedAt: number, endedAt: number, inFlight: number, outcome: SampleOutcome): boolean {
    if (startedAt < this.#epoch || outcome === 'ignored') return false;
    if (this.#windowAt === -Infinity) this.#windowAt = startedAt;
    if (outcome === 'dropped') this.#dropped++;
    else {
      this.#samples++;
      this.#latencyMs += endedAt - startedAt;
      this.#inFlight += inFlight;
    }
    const over = endedAt - this.#windowAt >= this.#windowMs;
    return over && (this.#dropped > 0 || this.#samples >= minSamples) && this.#close(endedAt);
  }

  onStatedCapacity(capacity: number | null, now: number): boolean {
    this.#cap = capacity ?? Infinity;
    return capacity !== null && this.#set(capacity, 'stated', now);
  }

  #close(now: number): boolean {
    const dropped = this.#dropped > 0.02 * (this.#dropped + this.#samples);
    const latencyMs = this.#latencyMs / this.#samples;
    const inFlight = this.#inFlight / this.#samples;
    this.#windowAt = now;
    this.#samples = this.#dropped = this.#latencyMs = this.#inFlight = 0;
    if (this.#probing) return this.#endProbe(dropped ? this.#baselineMs : latencyMs, now);
    if (this.#baselineMs === Infinity && !dropped) this.#baselineMs = latencyMs;
    // A part of the way only: the fastest of many windows is fast by chance.
    if (latencyMs < this.#baselineMs) this.#baselineMs += 0.3 * (latencyMs - this.#baselineMs);
    const step = gradientStep(this.#exact, { latencyMs, inFlight, dropped }, this.#baselineMs);
    if (step === null) return false;
    if (step.reason === 'drops') this.#epoch = now;
    // Lowering has not helped: it may be the upstream that is slower.
    this.#inVain = step.reason === 'latency' ? this.#inVain + 1 : 0;
    this.#windowsToProbe -= this.#inVain > 3 ? this.#windowsToProbe : 1;
    if (this.#windowsToProbe <= 0 && this.#shown.value > this.#min) return this.#probe(now);
    return this.#set(step.limit, step.reason, now);
  }

  #probe(now: number): boolean {
    this.#probing = true;
    this.#epoch = now;
    return this.#shown.moveTo(Math.max(this.#min, this.#exact / 2), 'probe', now);
  }

  #endProbe(baselineMs: number, now: number): boolean {
    this.#probing = false;
    this.#windowsToProbe = this.#probeEvery;
    this.#baselineMs = baselineMs;
    this.#inVain = 0;
    return this.#shown.moveTo(this.#exact, 'probe_over', now);
  }

  #set(limit: number, reason: LimitReason, now: number): boolean {
    this.#exact = Math.max(this.#min, Math.min(this.#max, this.#cap, limit));
    return this.#shown.moveTo(this.#exact, reason, now);
  }
}
