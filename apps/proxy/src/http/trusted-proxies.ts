import { BlockList, isIP } from 'node:net';
import type { ClientRequest } from './client-request.ts';

/** The peers whose word on their clients is believed (`--trusted-proxy`). */
export class TrustedProxies {
  readonly #any: boolean;
  readonly #ranges = new BlockList();

  /** Addresses and ranges such as 10.0.0.0/8. */
  constructor(ranges: readonly string[]) {
    this.#any = ranges.length > 0;
    for (const range of ranges) {
      const [address = '', prefix] = range.split('/');
      const family = familyOf(address);
      if (prefix === undefined) this.#ranges.addAddress(address, family);
      else this.#ranges.addSubnet(address, Number(prefix), family);
    }
  }

  has(address: string | undefined): boolean {
    return this.#any && address !== undefined && this.#ranges.check(address, familyOf(address));
  }

  /**
   * Where the request comes from: the last address of X-Forwarded-For that is not a trusted proxy's itself. What
   * stands before that one anybody may have written.
   */
  clientOf(asked: Pick<ClientRequest, 'remoteAddress' | 'field'>): string | null {
    let client = asked.remoteAddress;
    if (client === undefined) return null;
    if (!this.has(client)) return withoutMappedPrefix(client);
    for (const hop of (asked.field('x-forwarded-for') ?? '').split(',').reverse()) {
      const address = addressOf(hop.trim());
      if (address === null) break;
      client = address;
      if (!this.has(client)) break;
    }
    return withoutMappedPrefix(client);
  }
}

/** An IPv4 client of a dual-stack listener appears as ::ffff:192.0.2.1. */
export const withoutMappedPrefix = (address: string): string =>
  address.startsWith('::ffff:') ? address.slice(7) : address;

/** Some balancers write the port too; null for what is no address. */
function addressOf(hop: string): string | null {
  if (isIP(hop) !== 0) return hop;
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([\d.]+))(?::\d+)?$/.exec(hop) ?? [];
  const address = bracketed ?? plain ?? '';
  return isIP(address) === 0 ? null : address;
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
