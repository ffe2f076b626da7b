import { outcomes } from '@spillway/contracts';
import type { Exchange } from '../request/exchange.ts';
import { systemTime } from '../system/system-time.ts';
import type { KeptRequest } from './kept-request.ts';
import { RequestRing } from './request-ring.ts';

/** To read the wall clock for every request costs a fifth of keeping it. */
const compareClocksMs = 1000;

/**
 * The latest finished requests, for whoever asks why one of them failed. Failures have a ring of their
 * own, so that no flood of successes pushes them out.
 */
export class RecentRequests {
  /** How many of each are kept: of the failed ones, and of all others. */
  readonly capacity: number;
  readonly #failed: RequestRing;
  readonly #others: RequestRing;
  #sequence = 0;
  /** From the proxy's clock, had it never stood still, to the wall's, which somebody may set. */
  #epochOffsetMs = 0;
  #clocksComparedAt = -Infinity;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#failed = new RequestRing(capacity);
    this.#others = new RequestRing(capacity);
  }

  /** One that is over; `now`: the instant by the proxy's clock, ms. */
  add(exchange: Exchange, now: number): void {
    if (this.capacity === 0) return;
    const failed = outcomes[exchange.outcome as keyof typeof outcomes].class === 'failure';
    if (now >= this.#clocksComparedAt + compareClocksMs) this.#compareClocks(now);
    const sequence = ++this.#sequence;
    const ending = { sequence, now, epochOffsetMs: this.#epochOffsetMs + systemTime.lostMs };
    (failed ? this.#failed : this.#others).put(exchange, ending);
  }

  /** Those that failed, newest first. */
  failed(): Kept {
    return {
      size: this.#failed.size,
      capacity: this.capacity,
      requests: this.#failed.newestFirst(),
    };
  }

  /** Failed or not, newest first. */
  all(): Kept {
    return {
      size: this.#failed.size + this.#others.size,
      capacity: 2 * this.capacity,
      requests: newestOf(this.#failed.newestFirst(), this.#others.newestFirst()),
    };
  }

  /** All with this id, newest first: clients choose it, and some use one again. */
  withId(id: string): KeptRequest[] {
    return [...this.all().requests].filter((request) => request.id === id);
  }

  #compareClocks(now: number): void {
    this.#clocksComparedAt = now;
    this.#epochOffsetMs = Date.now() - now - systemTime.lostMs;
  }
}

interface Kept {
  readonly size: number;
  readonly capacity: number;
  readonly requests: Iterable<KeptRequest>;
}

function* newestOf(a: Generator<KeptRequest>, b: Generator<KeptRequest>): Generator<KeptRequest> {
  let fromA = a.next();
  let fromB = b.next();
  while (!fromA.done || !fromB.done) {
    const takesA = fromB.done || (!fromA.done && fromA.value.sequence > fromB.value.sequence);
    if (takesA) {
      yield fromA.value as KeptRequest;
      fromA = a.next();
    } else {
      yield fromB.value as KeptRequest;
      fromB = b.next();
    }
  }
}
