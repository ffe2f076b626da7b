import type { Observer, RequestResult } from '../engine/engine.ts';
import { newHistogram, recordMs } from '../record/histogram.ts';
import { percentileSeconds } from '../record/latency.ts';
import { tellsOfTarget } from '../record/recorder.ts';
import type { StepResult } from './step.ts';

/** Measures what ends within a window, in ms of performance.now(); what settles before or drains after is left out. */
export class StepObserver implements Observer {
  readonly #from: number;
  readonly #to: number;
  readonly #good = newHistogram();
  #ended = 0;
  #totalMs = 0;

  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
  }

  /** Good answers. */
  get responses(): number {
    return this.#good.totalCount;
  }

  onSent(): void {}
  onDropped(): void {}

  onEnded({ outcome, sentAt, endedAt }: RequestResult): void {
    if (!tellsOfTarget(outcome) || endedAt < this.#from || endedAt >= this.#to) return;
    const ms = endedAt - sentAt;
    this.#ended += 1;
    this.#totalMs += ms;
    if (outcome === 'ok') recordMs(this.#good, ms);
  }

  result(concurrency: number): StepResult {
    const seconds = (this.#to - this.#from) / 1_000;
    const ended = this.#ended;
    const percentile = (percent: number) => percentileSeconds(this.#good, percent) ?? 0;
    return {
      concurrency,
      requests_per_second: ended / seconds,
      ok_per_second: this.responses / seconds,
      errors: ended === 0 ? 100 : (100 * (ended - this.responses)) / ended,
      mean: ended === 0 ? 0 : this.#totalMs / ended / 1_000,
      p50: percentile(50),
      p95: percentile(95),
      p99: percentile(99),
      p999: percentile(99.9),
    };
  }
}
