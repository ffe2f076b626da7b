import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { TimerWheel } from '@spillway/core';
import type { Configuration, ServiceSettings } from '../config/configuration.ts';
import type { ProxyConfig } from '../config/proxy-options.ts';
import { everythingTo } from '../config/resolve-configuration.ts';
import { TrustedProxies } from '../http/trusted-proxies.ts';
import { ProxyEvents } from '../observe/events.ts';
import { History } from '../observe/history.ts';
import { Metrics } from '../observe/metrics.ts';
import { StandstillWatch } from '../observe/standstill-watch.ts';
import type { Tracing } from '../observe/tracing/tracing.ts';
import type { Exchange } from '../request/exchange.ts';
import { HeldMemory } from '../request/held-memory.ts';
import type { RequestSurroundings } from '../request/surroundings.ts';
import { SelfProtection } from '../service/admission/self-protection.ts';
import { StallMonitor } from '../service/admission/stall-monitor.ts';
import { Route } from '../service/route.ts';
import { Service } from '../service/service.ts';
import { Resolver, systemLookup } from '../service/upstream/resolver.ts';
import { type SrvLookup, systemSrvLookup } from '../service/upstream/srv-records.ts';
import { systemTime } from '../system/system-time.ts';
import { RecentRequests } from '../why/recent-requests.ts';
import { AdminToken } from './admin-token.ts';
import type { Reloader } from './reloader.ts';
import { Router } from './router.ts';

/** What a lookup may take of the connect timeout while the addresses of before are still known. */
const lookupPatience = { share: 0.5, mostMs: 1000 };

export interface InstanceOptions {
  /** The demo backend stands in for a target. */
  readonly demo?: boolean;
  /** Default: by the name servers of this machine. */
  readonly srvLookup?: SrvLookup;
}

/** What outlives a configuration: the clock, events, counters and open exchanges, and the services in force. */
export class Instance implements RequestSurroundings {
  configuration: Configuration;
  /** The demo backend stands in for a target. */
  readonly demo: boolean;
  /** Our name in Via, of this instance alone: what carries it has come back to us. */
  readonly pseudonym = `spillway-${randomBytes(4).toString('hex')}`;
  readonly events = new ProxyEvents();
  readonly wheel = new TimerWheel(systemTime);
  readonly resolver: Resolver;
  readonly srvLookup: SrvLookup;
  readonly stallMonitor = new StallMonitor();
  services: readonly Service[];
  router: Router;
  /** Where requests are that no route matches: a service without targets, and without work. */
  nowhere: Route;
  trustedProxies: TrustedProxies;
  selfProtection: SelfProtection;
  /** Request bodies held for another attempt, of all services together. */
  readonly replayMemory: HeldMemory;
  /** Response bytes held for slow clients, of all services together. */
  readonly responseMemory: HeldMemory;
  readonly metrics: Metrics;
  readonly history: History;
  readonly recentRequests: RecentRequests;
  /** Requests that are not over. */
  readonly exchanges = new Set<Exchange>();
  /** Where clients are connected. */
  readonly clientSockets = new Set<Socket>();
  adminToken: AdminToken;
  /** Null where nobody said how to read the configuration anew. */
  reloader: Reloader | null = null;
  /** Null unless a collector is configured. */
  tracing: Tracing | null = null;
  draining = false;
  /** Its successor serves: what comes on open connections is served too, and each closes with its next response. */
  leaving = false;
  /** Services that no route leads to any more, and that still have requests. */
  readonly #retired = new Set<Service>();
  readonly #standstillWatch = new StandstillWatch(this.events);

  constructor(configuration: Configuration, options: InstanceOptions = {}) {
    const { settings } = configuration;
    this.configuration = configuration;
    this.demo = options.demo ?? false;
    this.adminToken = new AdminToken(settings);
    this.trustedProxies = new TrustedProxies(settings.trustedProxies);
    this.resolver = openResolver(this);
    this.srvLookup = options.srvLookup ?? systemSrvLookup;
    this.services = configuration.services.map((service) => new Service(service, this));
    this.router = new Router(configuration.routes, this.services);
    const nowhere = nowhereWith(settings);
    this.nowhere = new Route(new Service(nowhere, this), everythingTo(nowhere));
    this.selfProtection = new SelfProtection(settings, () => this.clientSockets.size);
    this.replayMemory = new HeldMemory(settings.retryBodyTotalBytes);
    this.responseMemory = new HeldMemory(settings.responseBufferTotalBytes);
    this.metrics = new Metrics(this);
    this.recentRequests = new RecentRequests(settings.recentRequests);
    this.history = new History(() => this.metrics.snapshot());
  }

  get settings(): ProxyConfig {
    return this.configuration.settings;
  }

  /** Those in force, and those that only end what they have: every one that may hold permits. */
  get everyService(): readonly Service[] {
    return [...this.services, ...this.#retired];
  }

  /**
   * Another configuration from now on, without a lost request. A service of the same name keeps its queue in order, permits
   * held, learned times, breakers and connections; one that is gone ends what it has, and is the same again when its name
   * comes back meanwhile: else both would have the limit. The caller has validated it, and kept what only a restart can
   * change.
   */
  apply(configuration: Configuration): void {
    const { settings } = configuration;
    // First, as it reads a file: where that fails, nothing has changed.
    this.adminToken = new AdminToken(settings);
    const before = new Map(this.services.map((service) => [service.name, service]));
    this.configuration = configuration;
    this.services = configuration.services.map((service) => {
      const known = before.get(service.name) ?? this.#revive(service.name);
      before.delete(service.name);
      known?.reconfigure(service, this.#exchangesOf(known));
      return known ?? new Service(service, this);
    });
    this.router = new Router(configuration.routes, this.services);
    for (const gone of before.values()) this.#retire(gone);
    const nowhere = nowhereWith(settings);
    this.nowhere.service.reconfigure(nowhere, []);
    this.nowhere = new Route(this.nowhere.service, everythingTo(nowhere));
    this.trustedProxies = new TrustedProxies(settings.trustedProxies);
    this.selfProtection.reconfigure(settings);
    this.replayMemory.limitBytes = settings.retryBodyTotalBytes;
    this.responseMemory.limitBytes = settings.responseBufferTotalBytes;
  }

  exchangeBegun(exchange: Exchange): void {
    this.exchanges.add(exchange);
    this.events.emit('request_started', exchange);
  }

  exchangeOver(exchange: Exchange): void {
    this.exchanges.delete(exchange);
    this.events.emit('request_finished', exchange);
    this.recentRequests.add(exchange, this.wheel.now());
    // Once it is counted: then only the totals of a service that is gone are kept.
    if (this.#retired.has(exchange.service)) this.#closeIfDone(exchange.service);
  }

  /** Drops every connection to the targets, and all timers. */
  close(): void {
    for (const service of this.#retired) service.close();
    this.#standstillWatch.close();
    this.stallMonitor.close();
    for (const service of [...this.services, this.nowhere.service]) service.close();
    this.wheel.stop();
    this.selfProtection.close();
    this.history.close();
    this.metrics.close();
  }

  *#exchangesOf(service: Service): Generator<Exchange> {
    for (const exchange of this.exchanges) if (exchange.service === service) yield exchange;
  }

  /** What it has goes on; a pause ends, as nobody could end it any more. */
  #retire(service: Service): void {
    this.metrics.keep(service.traffic);
    this.#retired.add(service);
    service.resume();
    this.#closeIfDone(service);
  }

  #revive(name: string): Service | undefined {
    const known = [...this.#retired].find((service) => service.name === name);
    if (known === undefined) return undefined;
    this.#retired.delete(known);
    this.metrics.takeBack(known.traffic);
    return known;
  }

  #closeIfDone(service: Service): void {
    if (service.active + service.permits.queued > 0) return;
    this.#retired.delete(service);
    this.metrics.absorb(service.traffic);
    service.close();
  }
}

const nowhereWith = (settings: ProxyConfig): ServiceSettings => ({
  ...{ name: '', settings, targets: [] },
});

function openResolver({ settings, wheel, events }: Instance): Resolver {
  const { dnsRefreshMs, connectTimeoutMs } = settings;
  const { share, mostMs } = lookupPatience;
  const options = {
    lookup: systemLookup,
    refreshMs: dnsRefreshMs,
    patienceMs: Math.min(connectTimeoutMs * share, mostMs),
    wheel,
  };
  return new Resolver(options, {
    onAddressesChanged: (addresses, before) => {
      if (before.length > 0) events.emit('addresses_changed', addresses, before);
    },
    onRefreshFailed: (addresses, error) => events.emit('address_refresh_failed', addresses, error),
  });
}
