import type { LoadOutcome } from '@spillway/contracts';
import type { Observer, RequestResult } from '../../../src/engine/engine.ts';

/** Keeps all it hears of, and fails when more ends than was sent. */
export class Tally implements Observer {
  sent = 0;
  readonly sentAt: number[] = [];
  readonly results: RequestResult[] = [];
  readonly droppedAt: number[] = [];
  readonly outcomes: Partial<Record<LoadOutcome, number>> = {};

  onSent(at: number): void {
    this.sent++;
    this.sentAt.push(at);
  }

  onEnded(result: RequestResult): void {
    this.results.push(result);
    if (this.results.length > this.sent) throw new Error('more requests ended than were sent');
    this.outcomes[result.outcome] = (this.outcomes[result.outcome] ?? 0) + 1;
  }

  onDropped(at: number): void {
    this.droppedAt.push(at);
  }

  /** Sent = the sum of the outcomes; the sum is what ended. */
  get isExact(): boolean {
    const sum = Object.values(this.outcomes).reduce((total, count) => total + count, 0);
    return this.sent === sum && sum === this.results.length;
  }

  /** Latency from the intended time at a fraction of all requests, ms. */
  latency(fraction: number): number {
    return quantile(
      this.results.map(({ endedAt, intendedAt }) => endedAt - intendedAt),
      fraction,
    );
  }
}

export function quantile(values: readonly number[], fraction: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))] ?? Number.NaN;
}
