import { outcomes } from '@spillway/contracts';
import type { ProxyEvents } from '../events.ts';
import { RecordRing } from './record-ring.ts';
import type { RequestRecord } from './request-record.ts';

/** To read the wall clock for every request costs a fifth of keeping it. */
const compareClocksMs = 1000;

/**
 * The latest finished requests, for whoever asks why one of them failed. Failures have a ring of their
 * own, so that no flood of successes pushes them out.
 */
export class RecentRequests {
  /** How many of each are kept: of the failed ones, and of all others. */
  readonly capacity: number;
  readonly #failed: RecordRing;
  readonly #others: RecordRing;
  #sequence = 0;
  /** From the proxy's clock to the wall's, which somebody may set. */
  #epochOffsetMs = 0;
  #clocksComparedAt = -Infinity;

  constructor(capacity: number, events: ProxyEvents) {
    this.capacity = capacity;
    this.#failed = new RecordRing(capacity);
    this.#others = new RecordRing(capacity);
    if (capacity === 0) return;
    events.on('request_finished', (exchange) => {
      const failed = outcomes[exchange.outcome as keyof typeof outcomes].class === 'failure';
      const record = (failed ? this.#failed : this.#others).take();
      const now = exchange.gateway.wheel.now();
      if (now >= this.#clocksComparedAt + compareClocksMs) this.#compareClocks(now);
      this.#sequence += 1;
      record.fill(exchange, this.#sequence, now, this.#epochOffsetMs);
    });
  }

  /** Those that failed, newest first. */
  failed(): Kept {
    return {
      size: this.#failed.size,
      capacity: this.capacity,
      records: this.#failed.newestFirst(),
    };
  }

  /** Failed or not, newest first. */
  all(): Kept {
    return {
      size: this.#failed.size + this.#others.size,
      capacity: 2 * this.capacity,
      records: newestOf(this.#failed.newestFirst(), this.#others.newestFirst()),
    };
  }

  /** All with this id, newest first: clients choose it, and some use one again. */
  withId(id: string): RequestRecord[] {
    return [...this.all().records].filter((record) => record.id === id);
  }

  #compareClocks(now: number): void {
    this.#clocksComparedAt = now;
    this.#epochOffsetMs = Date.now() - now;
  }
}

interface Kept {
  readonly size: number;
  readonly capacity: number;
  readonly records: Iterable<RequestRecord>;
}

function* newestOf(
  a: Generator<RequestRecord>,
  b: Generator<RequestRecord>,
): Generator<RequestRecord> {
  let fromA = a.next();
  let fromB = b.next();
  while (!fromA.done || !fromB.done) {
    const takesA = fromB.done || (!fromA.done && fromA.value.sequence > fromB.value.sequence);
    if (takesA) {
      yield fromA.value as RequestRecord;
      fromA = a.next();
    } else {
      yield fromB.value as RequestRecord;
      fromB = b.next();
    }
  }
}
