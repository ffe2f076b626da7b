import dns from 'node:dns';
import { isIP } from 'node:net';
import { type Mock, onTestFinished, vi } from 'vitest';

/** A name that only these lookups know. */
export const name = 'backend.test';

/** What the system's resolver says of `name`, until the test is over; nothing: that there is no such name. */
export class Names {
  #addresses: readonly string[];
  lookups = 0;
  /** How long each lookup takes. */
  delayMs = 0;

  constructor(...addresses: string[]) {
    this.#addresses = addresses;
    const system = dns.lookup as unknown as Lookup;
    const lookup = vi.spyOn(dns, 'lookup') as unknown as Mock<Lookup>;
    lookup.mockImplementation((hostname, options, done) => {
      if (hostname !== name) return system(hostname, options, done);
      this.lookups += 1;
      const found = this.#addresses.map((address) => ({ address, family: isIP(address) }));
      setTimeout(() => (found.length > 0 ? done(null, found) : done(notFound(), [])), this.delayMs);
    });
    onTestFinished(() => lookup.mockRestore());
  }

  become(...addresses: string[]): void {
    this.#addresses = addresses;
  }
}

type Lookup = (
  hostname: string,
  options: dns.LookupAllOptions,
  done: (error: Error | null, addresses: dns.LookupAddress[]) => void,
) => void;

const notFound = (): Error =>
  Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), {
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
  });
