import type { SrvRecord } from 'node:dns';
import { isIP } from 'node:net';
import type { TargetSettings } from '../../config/configuration.ts';
import type { ProxyConfig } from '../../config/proxy-options.ts';
import { type HostTarget, parseTarget, type SrvTarget, schemeOf } from '../../config/target-url.ts';
import type { Address } from './address-order.ts';
import type { Addresses, AddressesListener } from './addresses.ts';
import { Destinations, type Endpoint, placeOf } from './endpoint.ts';
import type { Resolver } from './resolver.ts';
import { type SrvListener, type SrvLookup, SrvRecords } from './srv-records.ts';

export interface TargetSetOptions {
  readonly settings: ProxyConfig;
  readonly resolver: Resolver;
  readonly srvLookup: SrvLookup;
  /** All of them, each time that any changed; also from within `set`. */
  readonly onChanged: (endpoints: readonly Endpoint[]) => void;
  readonly onSrvLookupFailed: (name: string, error: Error) => void;
}

/** A target as the configuration has it, with what is followed for it. */
interface Source {
  readonly settings: TargetSettings;
  readonly followed: Addresses | SrvRecords | null;
  endpoints(): readonly Endpoint[];
}

/** A weight that is next to nothing, for records of weight 0 beside others (RFC 2782). */
const leastShare = 0.01;

/**
 * The targets of a service, and the endpoints that they come to: one each, or, with `--resolve all` and SRV records,
 * as many as their names lead to. Names are looked up again at intervals, whether requests come or not.
 */
export class TargetSet implements AddressesListener, SrvListener {
  #options: TargetSetOptions;
  #destinations: Destinations;
  #sources: readonly Source[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TargetSetOptions) {
    this.#options = options;
    this.#destinations = new Destinations(options.settings, options.resolver);
  }

  /** Other settings for the targets that are `set` from now on. */
  reconfigure(settings: ProxyConfig): void {
    this.#options = { ...this.#options, settings };
    this.#destinations = new Destinations(settings, this.#options.resolver);
  }

  /** Replaces the targets; names that stay are not looked up anew. */
  set(targets: readonly TargetSettings[]): void {
    const before = new Map(
      this.#sources.map(({ settings, followed }) => [settings.origin, followed]),
    );
    const parsed = targets.map((settings) => ({ settings, url: parseTarget(settings.origin) }));
    this.#destinations.prepare(parsed.flatMap(({ url }) => url ?? []));
    this.#sources = parsed.map(({ settings, url }) =>
      this.#sourceOf(settings, url, before.get(settings.origin)),
    );
    const after = new Set(this.#sources.map(({ followed }) => followed));
    for (const followed of before.values()) if (!after.has(followed)) this.#unfollow(followed);
    this.#tell();
    this.#followAll();
  }

  close(): void {
    clearInterval(this.#timer);
    for (const { followed } of this.#sources) this.#unfollow(followed);
  }

  onAddressesChanged(): void {
    this.#tell();
  }

  onRecordsChanged(): void {
    this.#tell();
  }

  onSrvLookupFailed({ name }: SrvRecords, error: Error): void {
    this.#options.onSrvLookupFailed(name, error);
  }

  #tell(): void {
    const byName = new Map<string, Endpoint>();
    for (const source of this.#sources) {
      for (const endpoint of source.endpoints()) {
        if (!byName.has(endpoint.name)) byName.set(endpoint.name, endpoint);
      }
    }
    this.#options.onChanged([...byName.values()]);
  }

  #followAll(): void {
    clearInterval(this.#timer);
    const followed = this.#sources.flatMap((source) => source.followed ?? []);
    if (followed.length === 0) return;
    const refresh = () => {
      for (const one of followed)
        if (one instanceof SrvRecords) one.refresh();
        else one.use();
    };
    refresh();
    this.#timer = setInterval(refresh, this.#options.settings.dnsRefreshMs).unref();
  }

  #unfollow(followed: Source['followed']): void {
    if (followed instanceof SrvRecords) followed.close();
    else followed?.unlisten(this);
  }

  #sourceOf(
    settings: TargetSettings,
    url: ReturnType<typeof parseTarget>,
    known: Source['followed'] | undefined,
  ): Source {
    if (url === null) throw new RangeError(`${settings.origin} is no target`);
    if (url.kind === 'srv') {
      const { srvLookup } = this.#options;
      const records =
        known instanceof SrvRecords ? known : new SrvRecords(url.hostname, srvLookup, this);
      return {
        settings,
        followed: records,
        endpoints: () => this.#endpointsOfRecords(settings, url, records.current),
      };
    }
    const one: Endpoint = {
      ...placeOf(url),
      ...shareOf(settings),
      name: settings.origin,
      destination: this.#destinations.of(url),
    };
    const { settings: service, resolver } = this.#options;
    if (service.resolve === 'one' || url.kind === 'unix' || isIP(url.hostname) !== 0) {
      return { settings, followed: null, endpoints: () => [one] };
    }
    const addresses = resolver.addressesOf(url.hostname);
    addresses.listen(this);
    return {
      settings,
      followed: addresses,
      // Until the first answer the name stands for all of them, and requests wait for the lookup.
      endpoints: () =>
        addresses.current.length === 0
          ? [one]
          : addresses.current.map((address) => this.#endpointAt(one, url, address)),
    };
  }

  #endpointAt(one: Endpoint, url: HostTarget, { address }: Address): Endpoint {
    const destination = this.#destinations.of(url, address);
    return { ...one, name: `${one.name} (${address})`, destination };
  }

  #endpointsOfRecords(
    settings: TargetSettings,
    url: SrvTarget,
    records: readonly SrvRecord[],
  ): Endpoint[] {
    const ranks = [...new Set(records.map(({ priority }) => priority))].sort((a, b) => a - b);
    return ranks.flatMap((priority, rank) => {
      const peers = records.filter((record) => record.priority === priority);
      const mean = peers.reduce((sum, { weight }) => sum + weight, 0) / peers.length;
      return peers.map(({ name, port, weight }) => {
        const share = mean === 0 ? 1 : Math.max(leastShare, weight / mean);
        return this.#endpointOfRecord(settings, url, name, port, { rank, share });
      });
    });
  }

  #endpointOfRecord(
    settings: TargetSettings,
    { secure, base }: SrvTarget,
    hostname: string,
    port: number,
    { rank, share }: { rank: number; share: number },
  ): Endpoint {
    const scheme = schemeOf({ secure });
    const text = `${scheme}://${hostname.replace(/\.$/, '')}:${port}${base}`;
    const url = parseTarget(text) as HostTarget;
    const { weight, limit } = shareOf(settings);
    return {
      ...placeOf(url),
      ...{ limit, rank, weight: weight * share },
      name: text,
      destination: this.#destinations.of(url),
    };
  }
}

const shareOf = ({ weight, maxConcurrentRequests }: TargetSettings) => ({
  weight,
  limit: maxConcurrentRequests ?? Infinity,
  rank: 0,
});
