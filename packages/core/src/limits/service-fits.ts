import type { CallOrder } from './call-order.ts';

/** Service times are log-normal more or less; as much spread is expected until it is known, worth so many calls. */
const [priorSpread, priorCalls] = [0.8, 6];
const leastSpread = 0.05;
/** Calls that a fit is made of. */
const remembered = 40;
/** Less than a clock tells. */
const leastMs = 0.05;
/** What one call in service can say at most. */
const mostPerCall = 3;
const rounds = 2;

/** A distribution of service times for each candidate number of slots. */
export interface ServiceFits {
  /** Learns a service time, ms. Returns the logarithm of its density by what was known before. */
  add(candidate: number, tookMs: number): number;
  /** Learns that those in service take longer than they have lasted. Returns the logarithm of how likely that is. */
  look(candidate: number, order: CallOrder, now: number, asBefore: boolean): number;
  /** What `look` returned last. */
  survival(candidate: number): number;
  /** Standard deviation of the logarithms. */
  spread(candidate: number): number;
  medianMs(candidate: number): number;
  copy(from: number, to: number): void;
}

/** Mean and spread of the logarithms, with the calls in service by expectation-maximisation. */
export class LogNormalFit implements ServiceFits {
  readonly #calls: Float64Array;
  /** Of the calls answered. */
  readonly #mean: Float64Array;
  readonly #variance: Float64Array;
  /** With those in service. */
  readonly #center: Float64Array;
  readonly #spread: Float64Array;
  readonly #survival: Float64Array;
  /** Of the candidate looked at before, as it was. */
  #lastCenter = Number.NaN;
  #lastMean = Number.NaN;
  #lastCalls = Number.NaN;

  constructor(length: number) {
    this.#calls = new Float64Array(length);
    this.#mean = new Float64Array(length);
    this.#variance = new Float64Array(length);
    this.#center = new Float64Array(length);
    this.#spread = new Float64Array(length).fill(priorSpread);
    this.#survival = new Float64Array(length);
  }

  survival(candidate: number): number {
    return this.#survival[candidate]!;
  }

  spread(candidate: number): number {
    return this.#spread[candidate]!;
  }

  medianMs(candidate: number): number {
    return Math.exp(this.#center[candidate]!);
  }

  copy(from: number, to: number): void {
    this.#calls[to] = this.#calls[from]!;
    this.#mean[to] = this.#mean[from]!;
    this.#variance[to] = this.#variance[from]!;
    this.#center[to] = this.#center[from]!;
    this.#spread[to] = this.#spread[from]!;
  }

  add(candidate: number, tookMs: number): number {
    const known = this.#calls[candidate]!;
    const x = Math.log(Math.max(tookMs, leastMs));
    const n = Math.min(remembered, known + 1);
    this.#calls[candidate] = n;
    if (known === 0) {
      this.#mean[candidate] = this.#center[candidate] = x;
      return -x - Math.log(priorSpread * Math.SQRT2);
    }
    const wide = this.#spread[candidate]! * Math.sqrt(1 + 1 / known);
    const z = (x - this.#center[candidate]!) / wide;
    const off = x - this.#mean[candidate]!;
    this.#mean[candidate]! += off / n;
    this.#variance[candidate]! += (off * off * (1 - 1 / n) - this.#variance[candidate]!) / n;
    return -x - Math.log(wide) - (z * z) / 2;
  }

  look(candidate: number, order: CallOrder, now: number, asBefore: boolean): number {
    const same =
      asBefore &&
      this.#calls[candidate] === this.#lastCalls &&
      this.#mean[candidate] === this.#lastMean &&
      this.#center[candidate] === this.#lastCenter;
    this.#lastCalls = this.#calls[candidate]!;
    this.#lastMean = this.#mean[candidate]!;
    this.#lastCenter = this.#center[candidate]!;
    if (same) {
      this.#center[candidate] = this.#center[candidate - 1]!;
      this.#spread[candidate] = this.#spread[candidate - 1]!;
      this.#survival[candidate] = this.#survival[candidate - 1]!;
    } else if (this.#calls[candidate]! > 0) {
      for (let round = 0; round < rounds; round++) this.#round(candidate, order, now);
    }
    return this.#survival[candidate]!;
  }

  #round(candidate: number, order: CallOrder, now: number): void {
    const calls = this.#calls[candidate]!;
    const center = this.#center[candidate]!;
    const spread = this.#spread[candidate]!;
    const inSlots = Math.min(order.slots[candidate]!, order.size);
    let survival = 0;
    let unanswered = 0;
    // Expected logarithms of the times that they will have taken, from `center`.
    let sum = 0;
    let squares = 0;
    for (let rank = 1; rank <= inSlots; rank++) {
      if (order.isSettled(rank)) continue;
      unanswered++;
      const age = now - order.servedFrom(rank, candidate);
      if (age <= 0) {
        squares += spread * spread;
        continue;
      }
      const z = (Math.log(age) - center) / spread;
      const share = shareAbove(z);
      const hazard = z > 5 ? z + 1 / z : Math.exp((-z * z) / 2) / (rootOfTwoPi * share);
      survival += Math.max(-mostPerCall, Math.log(share));
      sum += spread * hazard;
      squares += spread * spread * (1 + z * hazard);
    }
    const mean = this.#mean[candidate]!;
    const next = center + (calls * (mean - center) + sum) / (calls + unanswered);
    const shift = next - center;
    const ofAnswered = calls * (this.#variance[candidate]! + (mean - next) ** 2);
    const ofOthers = squares - 2 * shift * sum + unanswered * shift * shift;
    const variance =
      (ofAnswered + ofOthers + priorCalls * priorSpread ** 2) / (calls + unanswered + priorCalls);
    this.#center[candidate] = next;
    this.#spread[candidate] = Math.max(leastSpread, Math.sqrt(variance));
    this.#survival[candidate] = survival;
  }
}

const rootOfTwoPi = Math.sqrt(2 * Math.PI);

/** Share of a normal distribution above z, to 1e-7 (Abramowitz and Stegun 7.1.26). */
const shareAbove = (z: number): number => {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const above = Math.max(1e-12, 0.5 * series * Math.exp(-x * x));
  return z >= 0 ? above : 1 - above;
};
