import type { Flow } from './flow.ts';

/**
 * Start-time fair queueing (Goyal, Vin and Cheng 1996) in time spent at the backend: whoever has used the
 * least is next. A grant is charged what the flow's calls usually take, and put right once it is known
 * what this one took. Time that a flow left unused earns it nothing.
 */
export class FairClock {
  #now = 0;

  /** Where the flow's next call would start: the lowest goes first. */
  start(flow: Flow): number {
    return Math.max(this.#now, flow.finish);
  }

  /** Returns what was charged, for `correct`. */
  charge(flow: Flow, costMs: number): number {
    const start = this.start(flow);
    this.#now = start;
    flow.finish = start + costMs;
    return costMs;
  }

  correct(flow: Flow, chargedMs: number, tookMs: number): void {
    flow.finish += tookMs - chargedMs;
  }
}
