import {
  Breaker,
  type Breakers,
  breakerOptions,
  buildDecisions,
  firstLimit,
  type JudgedTarget,
  judgesSlowCalls,
  type KindFlows,
  type Limiter,
  type LimiterHooks,
  type Random,
  RemainingWork,
  RequestLife,
  type RetryBudget,
  type RetryPolicy,
  ServiceMedian,
  slowCallsEveryMs,
  TimerWheel,
  type Waiter,
} from '@spillway/core';
import type { Backend } from './backend.ts';
import { ConnectionLine } from './connection-line.ts';
import type { Call, FrontDoor, OpenCall } from './front-door.ts';
import { ProxiedRequest } from './proxied-request.ts';
import type { ClientGroup, Protection, ProxySettings } from './scenario.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The proxy's decisions, made by its own code; everything between them happens in no time. */
export class SimulatedProxy implements FrontDoor {
  readonly settings: ProxySettings;
  readonly wheel: TimerWheel;
  readonly permits: Limiter;
  readonly retryBudget: RetryBudget;
  readonly life: RequestLife;
  readonly kinds: KindFlows;
  readonly retryPolicy: RetryPolicy;
  readonly target: JudgedTarget;
  readonly backend: Backend;
  readonly connections: ConnectionLine;
  readonly luck: Random;

  constructor(options: {
    settings: ProxySettings;
    protection: Exclude<Protection, 'none'>;
    backend: Backend;
    time: VirtualTime;
    luck: Random;
    jitter: Random;
    hooks: LimiterHooks;
  }) {
    const { protection, backend, time, luck, jitter: random, hooks } = options;
    const settings = protection === 'limit' ? limitAlone(options.settings) : options.settings;
    const wheel = new TimerWheel(time);
    const decisions = buildDecisions(settings, { wheel, random, classes: settings.classes, hooks });
    const { permits, retryBudget } = decisions;
    const breaker = new Breaker({
      ...breakerOptions(settings),
      time: wheel,
      random,
      onTransition: (_from, to) => {
        if (to.name === 'open') permits.flush();
      },
    });
    const breakers: Breakers = {
      admits: () => breaker.refusal() === null,
      allow: () => breaker.allows(),
      refusal: () => 'breaker_open',
    };
    this.settings = settings;
    this.wheel = wheel;
    this.permits = permits;
    this.kinds = decisions.kinds;
    this.retryBudget = retryBudget;
    this.retryPolicy = decisions.retryPolicy;
    this.life = new RequestLife(settings, decisions, breakers, wheel);
    this.target = {
      breaker,
      remainingWork: new RemainingWork(wheel),
      serviceMedian: new ServiceMedian(wheel),
    };
    this.backend = backend;
    this.connections = new ConnectionLine(settings.poolMaxsize);
    this.luck = luck;
    if (judgesSlowCalls(settings)) watchSlowCalls(breaker, time);
  }

  get queued(): number {
    return this.permits.queued;
  }

  open(call: Call): OpenCall {
    const request = new ProxiedRequest(this, call);
    request.start();
    return request;
  }

  /** Whose request it is, and until when a response is of use. */
  introduce(waiter: Waiter, group: ClientGroup): void {
    const { requestTimeoutMs, classes } = this.settings;
    const toldMs = group.tellsPatience ? group.patienceMs : Infinity;
    waiter.deadline = this.wheel.now() + Math.min(requestTimeoutMs ?? Infinity, toldMs);
    // Who is in none of the classes is in the first one.
    waiter.priority = Math.max(
      0,
      classes.findIndex(({ name }) => name === group.class),
    );
    waiter.flow = group.key === null ? this.kinds.flowOf(group.kind) : this.permits.flow(group.key);
  }
}

function watchSlowCalls(breaker: Breaker, time: VirtualTime): void {
  time.after(slowCallsEveryMs, () => {
    breaker.check();
    watchSlowCalls(breaker, time);
  });
}

const limitAlone = (settings: ProxySettings): ProxySettings => ({
  ...settings,
  maxConcurrentRequests:
    settings.maxConcurrentRequests === 'auto'
      ? firstLimit(settings)
      : settings.maxConcurrentRequests,
  maxQueueSize: 0,
  maxRetries: 0,
  quickRetries: 0,
  circuitBreakerThreshold: 0,
  circuitBreakerFailureRate: null,
  circuitBreakerSlowRate: null,
});
