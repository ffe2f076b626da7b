import { isIP } from 'node:net';
import { TimerEntry, type TimerWheel } from '@spillway/core';
import { type Address, orderAddresses, unixFamily } from './address-order.ts';

/** Finds all addresses of a name; an error, or none, when there are none. */
export type Lookup = (
  hostname: string,
  done: (error: Error | null, addresses: readonly Address[]) => void,
) => void;

/** Who is about to connect. Hears exactly one of the two, possibly before `ask` returns. */
export interface AddressAsker {
  onAddresses(addresses: readonly Address[]): void;
  onLookupFailed(error: Error): void;
}

/** Who wants to know what becomes of the name. */
export interface AddressesListener {
  /** `before` is empty at the first answer. */
  onAddressesChanged?(addresses: Addresses, before: readonly Address[]): void;
  /** The last good addresses stay in use; told once until a lookup succeeds again. */
  onRefreshFailed?(addresses: Addresses, error: Error): void;
}

export interface AddressesOptions {
  readonly lookup: Lookup;
  /** Age in ms at which addresses that are in use are looked up again. */
  readonly refreshMs: number;
  /** How long somebody waits for a new answer in ms while an old one is known. */
  readonly patienceMs: number;
  readonly wheel: TimerWheel;
}

/** No two lookups of a name that works, whatever fails, start within this time. */
const shortestRefreshMs = 1000;

const noAddress = new Error('the name has no address');

/**
 * The current addresses of one name; of an address or the path of a socket, that alone. Use refreshes them: there is at most one lookup at a time, none without
 * requests, and nobody waits for one unless the name is new or has been unused for long. A failed lookup leaves
 * the last good addresses. As a timer it is the end of the patience with a slow lookup.
 */
export class Addresses extends TimerEntry {
  readonly hostname: string;
  readonly #options: AddressesOptions;
  readonly #askers = new Set<AddressAsker>();
  readonly #listeners = new Set<AddressesListener>();
  readonly #names = new Set<string>();
  #current: readonly Address[] = [];
  #firstFamily = 0;
  #turn = 0;
  #lookedUpAt = -Infinity;
  #freshUntil = -Infinity;
  #lookingUp = false;
  #failing = false;
  /** It names an address or a socket file: there is nothing to look up. */
  readonly #literal: boolean;
  /** What is known is nothing, or too old to be used unless no lookup helps. */
  #outdated = true;

  constructor(hostname: string, options: AddressesOptions) {
    super();
    this.hostname = hostname;
    this.#options = options;
    const family = hostname.startsWith('/') ? unixFamily : isIP(hostname);
    this.#literal = family !== 0;
    if (!this.#literal) return;
    this.#set([{ address: hostname, family }]);
    this.#freshUntil = Infinity;
    this.#outdated = false;
  }

  get current(): readonly Address[] {
    return this.#current;
  }

  has(address: string): boolean {
    return this.#names.has(address);
  }

  listen(listener: AddressesListener): void {
    this.#listeners.add(listener);
  }

  unlisten(listener: AddressesListener): void {
    this.#listeners.delete(listener);
  }

  /** A request is about to go to one of them: starts a lookup if one is due, and waits for nothing. */
  use(): void {
    if (this.#lookingUp) return;
    const now = this.#options.wheel.now();
    if (now < this.#freshUntil) return;
    // Just due: the answer may come a moment later. Long due, nobody having asked: the addresses may be anybody's.
    this.#outdated = now >= this.#freshUntil + this.#options.refreshMs;
    this.#lookUp(now);
  }

  /** Addresses in the order in which to try them. */
  ask(asker: AddressAsker): void {
    this.use();
    if (!this.#outdated) {
      asker.onAddresses(this.#nextOrder());
      return;
    }
    this.#askers.add(asker);
    if (this.#current.length > 0 && !this.scheduled) {
      this.#options.wheel.schedule(this, this.#options.patienceMs);
    }
  }

  /** An asker that still waits gives up. */
  forget(asker: AddressAsker): void {
    this.#askers.delete(asker);
    if (this.#askers.size === 0) this.#options.wheel.cancel(this);
  }

  /** A connection stood: its family is tried first until the next lookup. */
  prefer(family: number): void {
    this.#firstFamily = family;
  }

  /** What connected came to nothing: another family, if there is one, is tried first until the next lookup. */
  avoid(family: number): void {
    const other = this.#current.find((address) => address.family !== family);
    if (other !== undefined) this.prefer(other.family);
  }

  /** No connection stood: perhaps the name has moved, so that the next use looks it up. */
  doubt(): void {
    if (this.#literal) return;
    const earliest = this.#lookedUpAt + shortestRefreshMs;
    this.#freshUntil = Math.min(this.#freshUntil, Math.max(earliest, this.#options.wheel.now()));
  }

  override onExpire(): void {
    this.#answer();
  }

  #lookUp(now: number): void {
    this.#lookingUp = true;
    this.#lookedUpAt = now;
    this.#options.lookup(this.hostname, (error, addresses) => {
      this.#lookingUp = false;
      if (error === null && addresses.length > 0) this.#onFound(addresses);
      else this.#onFailed(error ?? noAddress);
    });
  }

  #onFound(addresses: readonly Address[]): void {
    const { wheel, refreshMs } = this.#options;
    this.#failing = false;
    this.#freshUntil = wheel.now() + refreshMs;
    const before = this.#current;
    const changed =
      addresses.length !== before.length || !addresses.every(({ address }) => this.has(address));
    this.#set(addresses);
    if (changed) {
      for (const listener of this.#listeners) listener.onAddressesChanged?.(this, before);
    }
    this.#answer();
  }

  #onFailed(error: Error): void {
    if (this.#current.length === 0) {
      const askers = [...this.#askers];
      this.#askers.clear();
      for (const asker of askers) asker.onLookupFailed(error);
      return;
    }
    const { wheel, refreshMs } = this.#options;
    this.#freshUntil = wheel.now() + Math.min(refreshMs, shortestRefreshMs);
    if (!this.#failing) {
      this.#failing = true;
      for (const listener of this.#listeners) listener.onRefreshFailed?.(this, error);
    }
    this.#answer();
  }

  #set(addresses: readonly Address[]): void {
    this.#current = addresses;
    this.#firstFamily = addresses[0]?.family ?? 0;
    this.#names.clear();
    for (const { address } of addresses) this.#names.add(address);
  }

  /** With what is known, be it new or the best there is. */
  #answer(): void {
    this.#outdated = false;
    this.#options.wheel.cancel(this);
    const askers = [...this.#askers];
    this.#askers.clear();
    for (const asker of askers) asker.onAddresses(this.#nextOrder());
  }

  #nextOrder(): readonly Address[] {
    this.#turn += 1;
    return orderAddresses(this.#current, this.#firstFamily, this.#turn - 1);
  }
}
