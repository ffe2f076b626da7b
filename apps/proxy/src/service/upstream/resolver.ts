import dns from 'node:dns';
import {
  Addresses,
  type AddressesListener,
  type AddressesOptions,
  type Lookup,
} from './addresses.ts';

/** The addresses of all names, each name looked up once for all who use it. */
export class Resolver {
  readonly #options: AddressesOptions;
  readonly #listener: AddressesListener;
  readonly #byName = new Map<string, Addresses>();

  /** `listener` hears of every name. */
  constructor(options: AddressesOptions, listener: AddressesListener = {}) {
    this.#options = options;
    this.#listener = listener;
  }

  /** `hostname` may be an IP address; IPv6 without brackets. */
  addressesOf(hostname: string): Addresses {
    const known = this.#byName.get(hostname);
    if (known !== undefined) return known;
    const addresses = new Addresses(hostname, this.#options);
    addresses.listen(this.#listener);
    this.#byName.set(hostname, addresses);
    return addresses;
  }
}

// As Node does for a connection: no IPv6 address where this machine has none itself. Windows finds nothing offline then.
const hints = process.platform === 'win32' ? 0 : dns.ADDRCONFIG;

/** As every program of this machine finds names, /etc/hosts included; it tells no TTL. Runs in a thread. */
export const systemLookup: Lookup = (hostname, done) => {
  dns.lookup(hostname, { all: true, hints }, (error, addresses) => done(error, addresses ?? []));
};
