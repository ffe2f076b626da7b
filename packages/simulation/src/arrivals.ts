import { drawExponential, type Random } from '@spillway/random';
import type { PhaseScript } from './phase-script.ts';
import type { Scenario } from './scenario.ts';

/** When the requests of a group come, one instant after the other. */
export class Arrivals {
  readonly #perMs: number;
  readonly #script: PhaseScript;
  readonly #kind: Scenario['arrivals'];
  readonly #random: Random;
  #lastMs = 0;

  constructor(options: {
    ratePerSecond: number;
    kind: Scenario['arrivals'];
    script: PhaseScript;
    random: Random;
  }) {
    this.#perMs = options.ratePerSecond / 1000;
    this.#kind = options.kind;
    this.#script = options.script;
    this.#random = options.random;
  }

  /**
   * The next instant in ms; Infinity when no more come. A draw from the unit rate is stretched over the
   * rates that hold on its way, which is exact for a Poisson process whose rate jumps.
   */
  next(): number {
    let due = this.#kind === 'poisson' ? drawExponential(this.#random) : 1;
    for (;;) {
      const { toMs, load } = this.#script.at(this.#lastMs);
      const rate = this.#perMs * load;
      const untilEdge = rate === 0 ? 0 : (toMs - this.#lastMs) * rate;
      if (rate > 0 && due <= untilEdge) {
        this.#lastMs += due / rate;
        return this.#lastMs;
      }
      if (toMs === Infinity) return Infinity;
      due -= untilEdge;
      this.#lastMs = toMs;
    }
  }
}
