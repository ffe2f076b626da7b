/** A power of two. */
const maxFlows = 64;

/** So few samples of a flow say nothing about it. */
const enough = 10;

/**
 * Latency of each flow without a queue, and its samples of the current window. A window's latency is
 * held against what its mix of flows would take: a change of the mix does not look like a queue.
 */
export class FlowBaselines {
  /** Mean latency in ms; 0: not known yet. */
  readonly #baseMs = new Float64Array(maxFlows);
  readonly #sumMs = new Float64Array(maxFlows);
  readonly #samples = new Float64Array(maxFlows);

  /** Whether there is any baseline. */
  known = false;

  /** What a sample of the flow should take, ms; 0 while not known. */
  add(flowNumber: number, latencyMs: number): number {
    const flow = flowNumber & (maxFlows - 1);
    this.#sumMs[flow]! += latencyMs;
    this.#samples[flow]! += 1;
    return this.#baseMs[flow]!;
  }

  clearWindow(): void {
    this.#sumMs.fill(0);
    this.#samples.fill(0);
  }

  /** Flows seen for the first time, in a window that took `ratio` of what it should. */
  learnNew(ratio: number): void {
    this.#each((flow, meanMs) => {
      if (this.#baseMs[flow] === 0) this.#baseMs[flow] = meanMs / ratio;
      this.known = true;
    });
  }

  /** The window had no queue: its latencies are the baseline. Flows that it lacks scale with the rest. */
  learn(ratio: number): void {
    // Half of the old against noise, unless it is clearly out of date: several standard errors of a window.
    const weight = Math.abs(ratio - 1) > 0.2 ? 1 : 0.5;
    const before = this.#baseMs.slice();
    for (let flow = 0; flow < maxFlows; flow++) this.#baseMs[flow]! *= 1 + weight * (ratio - 1);
    this.#each((flow, meanMs) => {
      const old = before[flow]!;
      this.#baseMs[flow] = old === 0 ? meanMs : old + weight * (meanMs - old);
    });
  }

  #each(visit: (flow: number, meanMs: number) => void): void {
    for (let flow = 0; flow < maxFlows; flow++) {
      const samples = this.#samples[flow]!;
      if (samples >= enough) visit(flow, this.#sumMs[flow]! / samples);
    }
  }
}
