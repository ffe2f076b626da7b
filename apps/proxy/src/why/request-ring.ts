import type { Exchange } from '../request/exchange.ts';
import { type Ending, type KeptRequest, keepRequest } from './kept-request.ts';
import { PlainSuccesses } from './plain-successes.ts';

/** The newest requests, at most `capacity`. */
export class RequestRing {
  readonly capacity: number;
  /** Null: it is among the plain ones. */
  readonly #others: (KeptRequest | null)[] = [];
  #plain: PlainSuccesses | null = null;
  #next = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get size(): number {
    return this.#others.length;
  }

  put(exchange: Exchange, ending: Ending): void {
    const place = this.#next;
    this.#next = place + 1 === this.capacity ? 0 : place + 1;
    if (PlainSuccesses.fits(exchange)) {
      this.#plain ??= new PlainSuccesses(this.capacity);
      this.#plain.write(place, exchange, ending);
      if (this.#others[place] !== null) this.#others[place] = null;
    } else {
      this.#others[place] = keepRequest(exchange, ending);
    }
  }

  *newestFirst(): Generator<KeptRequest> {
    const { size } = this;
    for (let back = 1; back <= size; back++) {
      const place = (this.#next - back + size) % size;
      yield this.#others[place] ?? (this.#plain as PlainSuccesses).read(place);
    }
  }
}
