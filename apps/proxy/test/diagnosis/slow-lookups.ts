import dns from 'node:dns';
import { type Mock, onTestFinished, vi } from 'vitest';

/** A name that only the lookups below know. */
export const slowName = 'slow-to-find.test';

/** Every so many lookups take the longer time. */
const every = 8;

/** The system's resolver, with a few lookups slower than the others; IP addresses are not looked up. */
export function slowLookups(usualMs: number, someMs: number): void {
  let asked = 0;
  const lookup = vi.spyOn(dns, 'lookup') as unknown as Mock;
  lookup.mockImplementation((_name: string, options: dns.LookupOptions, done: Answered) => {
    const [address, family] = ['127.0.0.1', 4];
    const ms = ++asked % every === 0 ? someMs : usualMs;
    setTimeout(() => {
      if (options.all) done(null, [{ address, family }]);
      else done(null, address, family);
    }, ms);
  });
  onTestFinished(() => lookup.mockRestore());
}

type Answered = (error: null, address: string | dns.LookupAddress[], family?: number) => void;
