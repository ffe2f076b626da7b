import dns, { type SrvRecord } from 'node:dns';

/** Finds the SRV records of a name; an error, or none, when there are none. */
export type SrvLookup = (
  name: string,
  done: (error: Error | null, records: readonly SrvRecord[]) => void,
) => void;

export interface SrvListener {
  onRecordsChanged(records: SrvRecords): void;
  /** The last good records stay in use; told once until a lookup succeeds again. */
  onSrvLookupFailed(records: SrvRecords, error: Error): void;
}

const noRecord = new Error('the name has no SRV record');

/** The current SRV records of one name (RFC 2782). A failed lookup leaves the last good ones. */
export class SrvRecords {
  readonly name: string;
  readonly #lookup: SrvLookup;
  readonly #listener: SrvListener;
  #current: readonly SrvRecord[] = [];
  #lookingUp = false;
  #failing = false;
  #closed = false;

  constructor(name: string, lookup: SrvLookup, listener: SrvListener) {
    this.name = name;
    this.#lookup = lookup;
    this.#listener = listener;
  }

  get current(): readonly SrvRecord[] {
    return this.#current;
  }

  /** Looks them up, unless that is being done. */
  refresh(): void {
    if (this.#lookingUp) return;
    this.#lookingUp = true;
    this.#lookup(this.name, (error, records) => {
      this.#lookingUp = false;
      if (this.#closed) return;
      // A root for the target means that the service is decidedly not there.
      const there = records.filter(({ name }) => name !== '' && name !== '.');
      if (error === null && there.length > 0) this.#onFound(there);
      else this.#onFailed(error ?? noRecord);
    });
  }

  close(): void {
    this.#closed = true;
  }

  #onFound(records: readonly SrvRecord[]): void {
    this.#failing = false;
    const before = this.#current.map(textOf).sort().join();
    if (records.map(textOf).sort().join() === before) return;
    this.#current = records;
    this.#listener.onRecordsChanged(this);
  }

  #onFailed(error: Error): void {
    if (this.#failing) return;
    this.#failing = true;
    this.#listener.onSrvLookupFailed(this, error);
  }
}

const textOf = ({ name, port, priority, weight }: SrvRecord): string =>
  [name, port, priority, weight].join(' ');

/** Asks the name servers of this machine; /etc/hosts has no such records. */
export const systemSrvLookup: SrvLookup = (name, done) => {
  dns.resolveSrv(name, (error, records) => done(error, records ?? []));
};
