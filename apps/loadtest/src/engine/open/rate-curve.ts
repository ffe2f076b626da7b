import type { Stage } from '../engine.ts';

interface Piece {
  readonly startMs: number;
  readonly durationMs: number;
  /** Requests due before it begins. */
  readonly startCount: number;
  readonly count: number;
  /** Requests a millisecond. */
  readonly startRate: number;
  readonly endRate: number;
}

/** A rate over time, made of straight lines, and its integral: how many requests are due by when. */
export class RateCurve {
  /** Requests due by the end of the last stage; may be infinite. */
  readonly total: number;
  readonly #pieces: Piece[] = [];
  #at = 0;

  constructor(startRate: number, stages: readonly Stage[]) {
    let startMs = 0;
    let startCount = 0;
    let rate = startRate / 1000;
    for (const { durationMs, rate: stageRate } of stages) {
      if (durationMs <= 0) {
        rate = stageRate / 1000;
        continue;
      }
      const endRate = stageRate / 1000;
      // An endless stage has no slope.
      const begin = Number.isFinite(durationMs) ? rate : endRate;
      const mean = (begin + endRate) / 2;
      const count = mean === 0 ? 0 : mean * durationMs;
      this.#pieces.push({ startMs, durationMs, startCount, count, startRate: begin, endRate });
      startMs += durationMs;
      startCount += count;
      rate = endRate;
    }
    this.total = startCount;
  }

  /** When `count` requests are due, in ms from the start; Infinity beyond the end. Ask in rising order. */
  timeOf(count: number): number {
    // Stages add up with rounding: what is off by that much is beyond the end.
    if (count > this.total * (1 - 1e-12) - 1e-9) return Number.POSITIVE_INFINITY;
    let piece = this.#pieces[this.#at]!;
    while (count >= piece.startCount + piece.count && this.#at < this.#pieces.length - 1) {
      piece = this.#pieces[++this.#at]!;
    }
    return piece.startMs + timeWithin(piece, count - piece.startCount);
  }
}

/**
 * Solves `startRate t + slope t²/2 = count`, in the form that neither a slope of zero nor one near it spoils.
 */
function timeWithin({ startRate, endRate, durationMs }: Piece, count: number): number {
  if (count <= 0) return 0;
  if (startRate === endRate) return count / startRate;
  const slope = (endRate - startRate) / durationMs;
  const root = Math.sqrt(Math.max(0, startRate * startRate + 2 * slope * count));
  return Math.min(durationMs, (2 * count) / (startRate + root));
}
