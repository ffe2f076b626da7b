import { outcomes } from '@spillway/contracts';
import type { ProxyEvents } from '../events.ts';
import { RecordRing } from './record-ring.ts';
import type { RequestRecord } from './request-record.ts';

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

  constructor(capacity: number, events: ProxyEvents) {
    this.capacity = capacity;
    this.#failed = new RecordRing(capacity);
    this.#others = new RecordRing(capacity);
    if (capacity === 0) return;
    events.on('request_finished', (exchange) => {
      const failed = outcomes[exchange.outcome as keyof typeof outcomes].class === 'failure';
      this.#sequence += 1;
      (failed ? this.#failed : this.#others).take().fill(exchange, this.#sequence);
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
