import { type LimiterHooks, type Random, RemainingWork } from '@spillway/core';
import type { SimulatedBackend } from './backend.ts';
import { ConnectionLine } from './connection-line.ts';
import { buildCore, type Core } from './core-adapter.ts';
import type { Call, FrontDoor, OpenCall } from './front-door.ts';
import { ProxiedRequest } from './proxied-request.ts';
import type { Protection, ProxySettings } from './scenario.ts';
import { ServiceMedian } from './service-median.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The proxy's decisions, made by its own code; everything between them happens in no time. */
export class SimulatedProxy implements FrontDoor {
  readonly settings: ProxySettings;
  readonly core: Core;
  readonly backend: SimulatedBackend;
  readonly connections: ConnectionLine;
  readonly median = new ServiceMedian();
  readonly remainingWork: RemainingWork;
  readonly luck: Random;
  /** Requests under way, the waiting ones included. */
  underWay = 0;

  constructor(options: {
    settings: ProxySettings;
    protection: Exclude<Protection, 'none'>;
    backend: SimulatedBackend;
    time: VirtualTime;
    luck: Random;
    jitter: Random;
    hooks: LimiterHooks;
  }) {
    const { settings, protection, backend, time, luck, jitter, hooks } = options;
    this.settings = settings;
    this.core = buildCore(settings, protection, time, jitter, hooks);
    this.backend = backend;
    this.remainingWork = new RemainingWork(time);
    this.connections = new ConnectionLine(settings.poolMaxsize);
    this.luck = luck;
  }

  get queued(): number {
    return this.core.permits.queued;
  }

  open(call: Call): OpenCall {
    const request = new ProxiedRequest(this, call);
    request.start();
    return request;
  }
}
