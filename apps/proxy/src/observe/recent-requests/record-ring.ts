import { RequestRecord } from './request-record.ts';

/** The newest records, at most `capacity`. None is made before it is needed, and each is used again. */
export class RecordRing {
  readonly capacity: number;
  readonly #records: RequestRecord[] = [];
  #next = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get size(): number {
    return this.#records.length;
  }

  /** The record to fill: a new one, or the oldest. */
  take(): RequestRecord {
    const place = this.#next;
    this.#next = place + 1 === this.capacity ? 0 : place + 1;
    if (place < this.#records.length) return this.#records[place] as RequestRecord;
    const record = new RequestRecord();
    this.#records.push(record);
    return record;
  }

  *newestFirst(): Generator<RequestRecord> {
    const { size } = this;
    for (let back = 1; back <= size; back++) {
      yield this.#records[(this.#next - back + size) % size] as RequestRecord;
    }
  }
}
