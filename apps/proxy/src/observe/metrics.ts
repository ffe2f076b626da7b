import type {
  HealthStatus,
  MetricsSnapshot,
  ServiceSnapshot,
  Shortages,
} from '@spillway/contracts';
import type { Overload } from '@spillway/core';
import { shortageReasons } from '@spillway/diagnosis';
import { configInForce } from '../config/config-in-force.ts';
import type { ProxyConfig } from '../config/proxy-options.ts';
import type { ProxyEvents } from './events.ts';
import type { ObservedService } from './observed.ts';
import { type LogLosses, ProcessGauges } from './process-gauges.ts';
import { ShortageCounts } from './shortage-counts.ts';
import { sumOfServices } from './sum-of-services.ts';
import { Traffic, trafficSnapshot } from './traffic.ts';

/** How a service does, and what it is told of itself. */
type ServiceHealth = Pick<ServiceSnapshot, 'status' | 'reasons'>;

interface MeasuredService extends ObservedService {
  /** `beside` is counted with it, where it is the only one. */
  snapshot(overload: Overload | null, beside?: readonly Traffic[]): ServiceSnapshot;
  health(beside?: readonly Traffic[], recentShortages?: Shortages): ServiceHealth;
}

/** What the metrics are read from. */
interface MeasuredProxy {
  readonly events: ProxyEvents;
  readonly settings: ProxyConfig;
  readonly services: readonly MeasuredService[];
  /** It has what belongs to no service: unreadable, or without a route. */
  readonly nowhere: { readonly service: ObservedService };
  readonly exchanges: { readonly size: number };
  readonly clientSockets: { readonly size: number };
  readonly selfProtection: { readonly overload: Overload | null };
  readonly draining: boolean;
  readonly reloader: { readonly inForce: NonNullable<MetricsSnapshot['configuration']> } | null;
}

/** Counts everything, once, from the proxy's events; `snapshot()` is what /proxy-metrics shows. */
export class Metrics {
  readonly shortages = new ShortageCounts();
  /** The log's own counts, once there is one. */
  logLosses: LogLosses = { linesDropped: 0, writeErrors: 0 };
  readonly #proxy: MeasuredProxy;
  readonly #process = new ProcessGauges();
  /** Totals of services that are gone: they never fall. */
  readonly #gone = new Traffic();
  /** That, and the traffic of those that are going. */
  readonly #past: Traffic[] = [this.#gone];

  constructor(proxy: MeasuredProxy) {
    this.#proxy = proxy;
    const { events } = proxy;
    events.on('request_started', ({ service }) => service.traffic.requestStarted());
    events.on('request_finished', (request) => request.service.traffic.requestFinished(request));
    events.on('request_unreadable', () => this.#unrouted.unreadable());
    events.on('attempt_ended', (request, attempt) => {
      const { upstream, startedAt, endedAt, outcome, shortage } = attempt;
      upstream.attempts.add(outcome);
      if (shortage !== null) this.shortages.add(shortage);
      // What was cut would have taken longer; 0: a mistake of ours broke it off.
      if (request.interrupted !== null || endedAt === 0) return;
      upstream.serviceTime.record(endedAt - startedAt);
    });
    events.on('attempt_failed', ({ service }) => {
      service.traffic.retries += 1;
    });
  }

  /** Its service leaves; what it counted, and counts until its last request is over, stays in the totals. */
  keep(traffic: Traffic): void {
    this.#past.push(traffic);
  }

  /** Its last request is over: only its totals are kept. */
  absorb(traffic: Traffic): void {
    this.takeBack(traffic);
    this.#gone.absorb(traffic);
  }

  /** Its service is in force again. */
  takeBack(traffic: Traffic): void {
    this.#past.splice(this.#past.indexOf(traffic), 1);
  }

  get uptimeSeconds(): number {
    return this.#process.uptimeSeconds;
  }

  /** Requests that are neither finished nor waiting in the queue. */
  get active(): number {
    return this.#proxy.exchanges.size - this.#queued;
  }

  get total(): number {
    return this.#traffic.reduce((total, { started }) => total + started, 0);
  }

  get #queued(): number {
    return this.#proxy.services.reduce((sum, { permits }) => sum + permits.queued, 0);
  }

  /** What belongs to no service: unreadable, or without a route. */
  get #unrouted(): Traffic {
    return this.#proxy.nowhere.service.traffic;
  }

  get #traffic(): Traffic[] {
    const { services } = this.#proxy;
    return [...services.map(({ traffic }) => traffic), this.#unrouted, ...this.#past];
  }

  /** The best of its services: while one of them can serve, so can the proxy. */
  health(): { status: HealthStatus; reasons: string[] } {
    const { services } = this.#proxy;
    const [only] = services;
    if (services.length === 1 && only !== undefined) {
      return only.health([this.#unrouted, ...this.#past], this.shortages.recent());
    }
    return this.#overallHealth(
      Object.fromEntries(services.map((service) => [service.name, service.health()])),
    );
  }

  snapshot(): MetricsSnapshot {
    const { services, draining, settings, clientSockets, selfProtection } = this.#proxy;
    const process = {
      ...this.#process.snapshot(clientSockets.size, this.logLosses),
      shortages: this.shortages.totals(),
    };
    const config = configInForce(settings);
    const [only] = services;
    if (services.length === 1 && only !== undefined) {
      const snapshot = only.snapshot(selfProtection.overload, [this.#unrouted, ...this.#past]);
      return { ...snapshot, ...this.health(), draining, process, config, ...this.#configuration };
    }
    const byName = Object.fromEntries(
      services.map((service) => [service.name, service.snapshot(selfProtection.overload)]),
    );
    const sum = sumOfServices(byName);
    return {
      ...this.#overallHealth(byName),
      draining,
      ...sum,
      metrics: trafficSnapshot(this.#traffic, sum.gauges),
      process,
      config,
      ...this.#configuration,
      services: byName,
      unrouted: { ...this.#unrouted.counts.byOutcome },
    };
  }

  get #configuration(): Pick<MetricsSnapshot, 'configuration'> {
    const { reloader } = this.#proxy;
    return reloader === null ? {} : { configuration: reloader.inForce };
  }

  close(): void {
    this.#process.close();
    this.shortages.close();
  }

  /** Unhealthy where no service can serve; degraded where one is anything but healthy, or the process is short of something. */
  #overallHealth(services: Readonly<Record<string, ServiceHealth>>): {
    status: HealthStatus;
    reasons: string[];
  } {
    const all = Object.entries(services);
    const ownReasons = shortageReasons(this.shortages.recent());
    const best = Math.min(...all.map(([, { status }]) => rank.indexOf(status)));
    const worst = Math.max(ownReasons.length, ...all.map(([, { status }]) => rank.indexOf(status)));
    return {
      status: rank[worst === 0 ? 0 : Math.max(1, best)] as HealthStatus,
      reasons: [
        ...ownReasons,
        ...all.flatMap(([name, { reasons }]) => reasons.map((reason) => `${name}: ${reason}`)),
      ],
    };
  }
}

const rank: readonly HealthStatus[] = ['healthy', 'degraded', 'unhealthy'];
