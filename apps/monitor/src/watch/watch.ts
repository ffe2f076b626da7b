import type { Finding, FindingSeverity } from '@spillway/contracts';
import type { Reading } from '../poll/reading.ts';
import { isAsGraveAs } from './alert.ts';
import { advance, unwatched, type WatchedProxy } from './watched-proxy.ts';

/** What is known of all proxies, from reading to reading. */
export class Watch {
  #proxies: readonly WatchedProxy[];
  readonly #service: string | null;

  /** With a service, alerts are of that one. */
  constructor(urls: readonly string[], service: string | null = null) {
    this.#service = service;
    this.#proxies = urls.map(unwatched);
  }

  get proxies(): readonly WatchedProxy[] {
    return this.#proxies;
  }

  /** Gives the proxy as it is known now. */
  take(reading: Reading): WatchedProxy {
    const known = this.#proxies.find(({ url }) => url === reading.url) ?? unwatched(reading.url);
    const now = advance(known, reading);
    this.#proxies = this.#proxies.map((proxy) => (proxy === known ? now : proxy));
    return now;
  }

  /** Every proxy gave a reading, be it good or bad. */
  get isComplete(): boolean {
    return this.#proxies.every(({ latest, failing }) => latest !== null || failing !== null);
  }

  get isReachable(): boolean {
    return this.#proxies.every(({ latest, failing }) => latest !== null && failing === null);
  }

  /** The services of the proxies that have answered, where none of them has the one that is asked for; else null. */
  get othersThanAsked(): readonly string[] | null {
    const name = this.#service;
    const known = this.#proxies.filter(({ latest }) => latest !== null);
    if (name === null || known.length === 0) return null;
    const names = new Set(known.flatMap(({ services }) => [...services.keys()]));
    return names.has(name) ? null : [...names];
  }

  get #shown(): readonly WatchedProxy[] {
    const name = this.#service;
    if (name === null) return this.#proxies;
    return this.#proxies.flatMap(({ services }) => services.get(name) ?? []);
  }

  /** The gravest alert of those at least as grave as `floor`; null when there is none. */
  alert(floor: FindingSeverity): { readonly url: string; readonly finding: Finding } | null {
    const all = this.#shown.flatMap(({ url, alerts }) =>
      alerts.filter((finding) => isAsGraveAs(finding, floor)).map((finding) => ({ url, finding })),
    );
    const [first = null] = all;
    return all.find(({ finding }) => finding.severity === 'critical') ?? first;
  }
}
