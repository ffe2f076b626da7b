import { isIPv6 } from 'node:net';
import type { ProxyConfig } from '../../config/proxy-options.ts';
import { withoutMappedPrefix } from '../../http/trusted-proxies.ts';

type Limits = Pick<ProxyConfig, 'maxClientConnections' | 'maxClientConnectionsPerAddress'>;

/** Counts the connections of all listeners, and those of each address. */
export class ConnectionLimits {
  readonly #settings: () => Limits;
  readonly #byAddress = new Map<string, number>();
  #all = 0;

  /** `settings`: those in force. */
  constructor(settings: () => Limits) {
    this.#settings = settings;
  }

  get all(): number {
    return this.#all;
  }

  /** False: there are as many as there may be. Whoever was let in leaves once. */
  enter(): boolean {
    const { maxClientConnections } = this.#settings();
    if (maxClientConnections !== null && this.#all >= maxClientConnections) return false;
    this.#all += 1;
    return true;
  }

  leave(): void {
    this.#all -= 1;
  }

  /** The key to leave with; null: this address has as many as it may have. */
  enterAddress(address: string): string | null {
    const key = networkOf(address);
    const count = this.#byAddress.get(key) ?? 0;
    if (count >= (this.#settings().maxClientConnectionsPerAddress ?? Infinity)) return null;
    this.#byAddress.set(key, count + 1);
    return key;
  }

  leaveAddress(key: string): void {
    const count = (this.#byAddress.get(key) ?? 1) - 1;
    if (count === 0) this.#byAddress.delete(key);
    else this.#byAddress.set(key, count);
  }
}

/** Whoever has one address of IPv6 has its whole /64 (RFC 6177). */
export function networkOf(address: string): string {
  const plain = withoutMappedPrefix(address);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.replace(/%.*$/, '').split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  // An address that ends in dotted decimal has one part fewer than groups.
  const dotted = plain.includes('.') ? 1 : 0;
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length - dotted;
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
