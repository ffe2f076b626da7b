import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { TimerWheel } from '@spillway/core';
import { OwnBeat } from '../admission/own-beat.ts';
import { SelfProtection } from '../admission/self-protection.ts';
import type { ProxyConfig } from '../cli/proxy-options.ts';
import type { Configuration } from '../config/configuration.ts';
import { everythingTo } from '../config/resolve-configuration.ts';
import { ProxyEvents } from '../observe/events.ts';
import { History } from '../observe/history.ts';
import { Metrics } from '../observe/metrics.ts';
import { RecentRequests } from '../observe/recent-requests/recent-requests.ts';
import { StandstillWatch } from '../observe/standstill-watch.ts';
import type { Tracing } from '../observe/tracing/tracing.ts';
import { AdminToken } from '../own/admin-token.ts';
import type { Exchange } from '../request/exchange.ts';
import { HeldMemory } from '../request/held-memory.ts';
import { TrustedProxies } from '../request/trusted-proxies.ts';
import { Route } from '../service/route.ts';
import { Service } from '../service/service.ts';
import { systemTime } from '../system-time.ts';
import { Resolver, systemLookup } from '../upstream/resolver.ts';
import type { Reloader } from './reloader.ts';
import { Router } from './router.ts';

/** What a lookup may take of the connect timeout while the addresses of before are still known. */
const lookupPatience = { share: 0.5, mostMs: 1000 };

/** What outlives a configuration: the clock, events, counters and open exchanges, and the services in force. */
export class Instance {
  configuration: Configuration;
  /** The demo backend stands in for a target. */
  readonly demo: boolean;
  /** Our name in Via, of this instance alone: what carries it has come back to us. */
  readonly pseudonym = `spillway-${randomBytes(4).toString('hex')}`;
  readonly events = new ProxyEvents();
  readonly wheel = new TimerWheel(systemTime);
  readonly resolver: Resolver;
  readonly ownBeat = new OwnBeat();
  services: readonly Service[];
  router: Router;
  /** Where requests are that no route matches: a service without targets, and without work. */
  readonly nowhere: Route;
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
  /** Services that no route leads to any more, and that still have requests. */
  readonly #retired = new Set<Service>();
  readonly #standstillWatch = new StandstillWatch(this.events);

  constructor(configuration: Configuration, options: { demo?: boolean } = {}) {
    const { settings } = configuration;
    this.configuration = configuration;
    this.demo = options.demo ?? false;
    this.adminToken = new AdminToken(settings);
    this.trustedProxies = new TrustedProxies(settings.trustedProxies);
    this.resolver = openResolver(this);
    this.services = configuration.services.map((service) => new Service(service, this));
    this.#beat();
    this.router = new Router(configuration.routes, this.services);
    const nowhere = { name: '', settings, targets: [] };
    this.nowhere = new Route(new Service(nowhere, this), everythingTo(nowhere));
    this.selfProtection = new SelfProtection(settings, () => this.clientSockets.size);
    this.replayMemory = new HeldMemory(settings.retryBodyTotalBytes);
    this.responseMemory = new HeldMemory(settings.responseBufferTotalBytes);
    this.metrics = new Metrics(this);
    this.recentRequests = new RecentRequests(settings.recentRequests, this.events);
    this.history = new History(() => this.metrics.snapshot());
  }

  get settings(): ProxyConfig {
    return this.configuration.settings;
  }

  /**
   * Another configuration from now on, without a lost request. A service of the same name keeps its queue in order, permits
   * held, learned times, breakers and connections; one that is gone ends what it has. The caller has validated it, and
   * kept what only a restart can change.
   */
  apply(configuration: Configuration): void {
    const { settings } = configuration;
    const before = new Map(this.services.map((service) => [service.name, service]));
    this.configuration = configuration;
    this.services = configuration.services.map((service) => {
      const known = before.get(service.name);
      before.delete(service.name);
      known?.reconfigure(service, this.#exchangesOf(known));
      return known ?? new Service(service, this);
    });
    this.router = new Router(configuration.routes, this.services);
    for (const gone of before.values()) this.#retire(gone);
    this.trustedProxies = new TrustedProxies(settings.trustedProxies);
    this.selfProtection.close();
    this.selfProtection = new SelfProtection(settings, () => this.clientSockets.size);
    this.replayMemory.limitBytes = settings.retryBodyTotalBytes;
    this.responseMemory.limitBytes = settings.responseBufferTotalBytes;
    this.#beat();
  }

  /** Drops every connection to the targets, and all timers. */
  close(): void {
    for (const service of this.#retired) service.close();
    this.#standstillWatch.close();
    this.ownBeat.close();
    for (const service of [...this.services, this.nowhere.service]) service.close();
    this.wheel.stop();
    this.selfProtection.close();
    this.history.close();
    this.metrics.close();
  }

  *#exchangesOf(service: Service): Generator<Exchange> {
    for (const exchange of this.exchanges) if (exchange.service === service) yield exchange;
  }

  #retire(service: Service): void {
    this.metrics.keep(service.traffic);
    this.#retired.add(service);
    const closeIfDone = () => {
      if (service.active + service.permits.queued > 0) return;
      this.events.off('request_finished', closeIfDone);
      this.#retired.delete(service);
      this.metrics.absorb(service.traffic);
      service.close();
    };
    this.events.on('request_finished', closeIfDone);
    closeIfDone();
  }

  /** Only a search for the limit has to know when our own event loop stands still. */
  #beat(): void {
    const finds = this.services.some(({ settings }) => settings.maxConcurrentRequests === 'auto');
    if (finds) this.ownBeat.start();
    else this.ownBeat.close();
  }
}

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
