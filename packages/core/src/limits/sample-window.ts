import { FlowBaselines } from './flow-baselines.ts';

/** What one window saw. */
export interface WindowSummary {
  readonly durationMs: number;
  /** Requests at the upstream, on the mean of the samples. */
  readonly inFlight: number;
  /** Good answers. */
  readonly answered: number;
  /** Of all that ended, 0 to 1. */
  readonly dropShare: number;
  /** Mean of latency / baseline of its flow: 1 is as fast as without a queue. NaN without a baseline. */
  readonly ratio: number;
  /** Standard error of `ratio`. */
  readonly ratioError: number;
}

/**
 * Sums over the requests that both began and ended in the window: the slow ones never report from another
 * time, and whatever the window's length leaves out, it leaves out in the next one too.
 */
export class SampleWindow {
  readonly baselines = new FlowBaselines();
  startedAt = -Infinity;
  /** Requests measured. */
  samples = 0;
  #dropped = 0;
  #answered = 0;
  #inFlight = 0;
  #latencyMs = 0;
  #latencySquared = 0;
  /** Those with a baseline, and their latencies relative to it. */
  #known = 0;
  #relative = 0;
  #relativeSquared = 0;

  /** Ends before this would be those of short requests only. */
  #measuresFrom = -Infinity;

  restart(now: number, warmUpMs: number): void {
    this.startedAt = now;
    this.#measuresFrom = now + warmUpMs;
    this.samples = 0;
    this.#dropped = 0;
    this.#answered = 0;
    this.#inFlight = 0;
    this.#latencyMs = 0;
    this.#latencySquared = 0;
    this.#known = 0;
    this.#relative = 0;
    this.#relativeSquared = 0;
    this.baselines.clearWindow();
  }

  addDrop(): void {
    this.#dropped++;
  }

  addSuccess(startedAt: number, endedAt: number, inFlight: number, flow: number): void {
    this.#answered++;
    this.#inFlight += inFlight;
    if (startedAt < this.startedAt || endedAt < this.#measuresFrom) return;
    const latencyMs = endedAt - startedAt;
    const baseMs = this.baselines.add(flow, latencyMs);
    this.samples++;
    this.#latencyMs += latencyMs;
    this.#latencySquared += latencyMs * latencyMs;
    if (baseMs === 0) return;
    const relative = latencyMs / baseMs;
    this.#known++;
    this.#relative += relative;
    this.#relativeSquared += relative * relative;
  }

  get meanLatencyMs(): number {
    return this.#latencyMs / this.samples;
  }

  get dropShare(): number {
    return this.#dropped / (this.#dropped + this.#answered);
  }

  /** Relative standard error of what the window says about latency. */
  get error(): number {
    return this.#known > 0
      ? relativeError(this.#known, this.#relative, this.#relativeSquared)
      : relativeError(this.samples, this.#latencyMs, this.#latencySquared);
  }

  summary(now: number): WindowSummary {
    const ratio = this.#relative / this.#known;
    return {
      durationMs: now - this.startedAt,
      inFlight: this.#inFlight / this.#answered,
      answered: this.#answered,
      dropShare: this.dropShare,
      ratio,
      ratioError: ratio * this.error,
    };
  }
}

const relativeError = (n: number, sum: number, squares: number): number =>
  Math.sqrt(Math.max(0, (squares * n) / (sum * sum) - 1) / n);
