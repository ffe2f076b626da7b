import { requireWhole } from '../check-number.ts';
import { Flow } from './flow.ts';

/** How many are looked at to find one to drop: bounded, as this happens while a request waits. */
const looks = 16;

/**
 * Interns flows by key, at most `max` at once. The one to drop is found by second chance: idle, and not
 * asked for again since the last look. When all are busy, newcomers share one flow.
 */
export class FlowTable {
  readonly #max: number;
  readonly #flows = new Map<string, Flow>();
  readonly #others = new Flow('');

  constructor(max: number) {
    this.#max = requireWhole('maxFlows', max, 1, 2 ** 20);
  }

  get size(): number {
    return this.#flows.size;
  }

  /** All that are known, whoever shares one included. */
  *[Symbol.iterator](): Generator<Flow> {
    yield* this.#flows.values();
    yield this.#others;
  }

  get(key: string): Flow {
    const known = this.#flows.get(key);
    if (known !== undefined) {
      known.recent = true;
      return known;
    }
    if (this.#flows.size >= this.#max && !this.#dropOne()) return this.#others;
    const flow = new Flow(key);
    this.#flows.set(key, flow);
    return flow;
  }

  /** A Map keeps the order of insertion: what is put back goes to the end. */
  #dropOne(): boolean {
    let looked = 0;
    for (const [key, flow] of this.#flows) {
      this.#flows.delete(key);
      if (flow.idle && (!flow.recent || looked >= looks / 2)) return true;
      flow.recent = false;
      this.#flows.set(key, flow);
      if (++looked >= looks) return false;
    }
    return false;
  }
}
