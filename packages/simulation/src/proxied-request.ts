import type { Outcome } from '@spillway/contracts';
import {
  breakerVerdict,
  type Lease,
  type RefusalReason,
  type RetryDecision,
  remaining,
  type Ticket,
  TimerEntry,
  Waiter,
} from '@spillway/core';
import type { BackendEnding, Job } from './backend.ts';
import type { ConnectionTaker } from './connection-line.ts';
import {
  type Call,
  type CallEnding,
  type OpenCall,
  outcomeOf,
  outcomeOfRefusal,
} from './front-door.ts';
import type { SimulatedProxy } from './simulated-proxy.ts';

/** Where the request is; what may interrupt it depends on it. */
type Stage = 'deciding' | 'queued' | 'connecting' | 'at_backend' | 'backing_off' | 'ended';

class CallbackTimer extends TimerEntry {
  readonly #callback: () => void;

  constructor(callback: () => void) {
    super();
    this.#callback = callback;
  }

  override onExpire(): void {
    this.#callback();
  }
}

/**
 * One request's way through the proxy, in the order of the proxy's own `handleRequest`: breaker peek,
 * limiter, ticket, attempt, settle, retry. A waiter is its place in the line.
 */
export class ProxiedRequest extends Waiter implements OpenCall, Job, ConnectionTaker {
  readonly serviceMs: number;
  luck = 0;
  readonly #proxy: SimulatedProxy;
  readonly #call: Call;
  readonly #deadlineTimer: TimerEntry | null = null;
  /** The silence of the backend, or the pause before another attempt. */
  readonly #stageTimer = new CallbackTimer(() => this.#onStageOver());
  #stage: Stage = 'deciding';
  #stageSinceMs = 0;
  #lease: Lease = 0;
  #ticket: Ticket = 0;
  #attempts = 0;
  #queueWaitMs = 0;
  #holdsRetry = false;
  /** What to say when a retry finds no place: the failure that it was to mend. */
  #lastFailure: Outcome | null = null;
  #ending: CallEnding | null = null;

  constructor(proxy: SimulatedProxy, call: Call) {
    super();
    this.#proxy = proxy;
    this.#call = call;
    this.serviceMs = call.serviceMs;
    proxy.core.introduce(this, call.group);
    const timeLeftMs = remaining(this.deadline, this.#now());
    if (timeLeftMs === Infinity) return;
    this.#deadlineTimer = new CallbackTimer(() => this.#interrupt('http_response_timeout', true));
    proxy.core.wheel.schedule(this.#deadlineTimer, timeLeftMs);
  }

  start(): void {
    this.#proxy.underWay++;
    this.#proxy.core.retryBudget.onRequest();
    this.#next();
  }

  leave(): CallEnding {
    this.#interrupt('client_gone', false);
    return this.#ending!;
  }

  override onGrant(lease: Lease): void {
    this.#queueWaitMs += this.#now() - this.#stageSinceMs;
    this.#attempt(lease);
  }

  override onRefuse(reason: RefusalReason): void {
    this.#queueWaitMs += this.#now() - this.#stageSinceMs;
    this.#end(this.#lastFailure ?? outcomeOfRefusal(reason));
  }

  onConnection(): void {
    const { core, settings, backend, luck } = this.#proxy;
    this.#enter('at_backend');
    this.luck = luck();
    core.wheel.schedule(this.#stageTimer, settings.readTimeoutMs);
    backend.send(this);
  }

  onEnding(ending: BackendEnding): void {
    const { core, connections, median, remainingWork } = this.#proxy;
    core.wheel.cancel(this.#stageTimer);
    connections.giveBack();
    const status = typeof ending === 'number' ? ending : 0;
    if (status > 0) {
      const now = this.#now();
      median.record(now - this.#stageSinceMs, now);
      remainingWork.answered(now - this.#stageSinceMs);
    }
    this.#afterAttempt(outcomeOf(ending), status);
  }

  #next(): void {
    const { core } = this.#proxy;
    if (!this.#mayPass()) {
      this.#end(this.#lastFailure ?? 'breaker_open');
      return;
    }
    const lease = core.permits.tryAcquire(this);
    if (lease !== 0) {
      this.#attempt(lease);
      return;
    }
    this.#enter('queued');
    const refusal = core.join(this);
    if (refusal !== null) this.#end(this.#lastFailure ?? outcomeOfRefusal(refusal));
  }

  /** The breaker's ramp is for new requests: a retry has passed it before. */
  #mayPass(): boolean {
    const { breaker } = this.#proxy.core;
    return this.#attempts === 0 ? breaker.refusal() === null : breaker.allows();
  }

  #attempt(lease: Lease): void {
    const { core, connections } = this.#proxy;
    this.#lease = lease;
    this.#ticket = core.breaker.acquire();
    if (this.#ticket === 0) {
      core.permits.release(lease);
      this.#end(this.#lastFailure ?? 'breaker_open');
      return;
    }
    this.#attempts++;
    this.#enter('connecting');
    connections.take(this);
  }

  #afterAttempt(outcome: Outcome, status: number): void {
    const decision = outcome === 'ok' ? null : this.#decideRetry(outcome, status);
    this.#settle(outcome, status);
    if (this.#holdsRetry) this.#proxy.core.retryBudget.end();
    this.#holdsRetry = decision?.retry === true;
    if (decision?.retry) {
      this.#lastFailure = outcome;
      this.#enter('backing_off');
      this.#proxy.core.wheel.schedule(this.#stageTimer, decision.delayMs);
    } else {
      this.#end(outcome);
    }
  }

  #decideRetry(outcome: Outcome, status: number): RetryDecision {
    const { core, median, underWay } = this.#proxy;
    const now = this.#now();
    const facts = {
      outcome,
      status,
      method: this.#call.group.method,
      attempt: this.#attempts,
      requestWritten: outcome !== 'connection_refused',
      bodyReplayable: true,
      retryAfterMs: null,
      remainingMs: remaining(this.deadline, now),
      medianServiceMs: median.at(now),
    };
    return core.retryPolicy.decide(facts, underWay - core.permits.queued);
  }

  /** `holdMs`: how long the backend is thought to go on with what was cut. */
  #settle(outcome: Outcome, status: number, holdMs = 0): void {
    const { breaker, permits, adaptiveLimit } = this.#proxy.core;
    adaptiveLimit?.onAttempt(this.#stageSinceMs, this.#now(), outcome, status);
    breaker.settle(this.#ticket, breakerVerdict(outcome, status));
    if (holdMs > 0) permits.abandon(this.#lease, holdMs);
    else permits.release(this.#lease);
  }

  /** As in the proxy's `holdMs`. */
  #holdMs(): number {
    const { settings, remainingWork } = this.#proxy;
    if (settings.abandoned !== 'hold') return 0;
    const elapsedMs = this.#now() - this.#stageSinceMs;
    const longestMs = Math.max(0, settings.readTimeoutMs - elapsedMs);
    return Math.min(longestMs, remainingWork.estimateMs(elapsedMs));
  }

  #onStageOver(): void {
    if (this.#stage === 'backing_off') {
      this.#next();
    } else {
      this.#cut();
      this.#afterAttempt('connection_read_timeout', 0);
    }
  }

  #cut(): void {
    this.#proxy.remainingWork.cut(this.#now() - this.#stageSinceMs);
    this.#proxy.backend.abandon(this);
    this.#proxy.connections.giveBack();
  }

  #interrupt(outcome: Outcome, tell: boolean): void {
    const { core, connections } = this.#proxy;
    switch (this.#stage) {
      case 'queued':
        core.permits.cancel(this);
        this.#queueWaitMs += this.#now() - this.#stageSinceMs;
        break;
      case 'connecting':
        connections.forget(this);
        this.#settle(outcome, 0);
        break;
      case 'at_backend':
        core.wheel.cancel(this.#stageTimer);
        this.#cut();
        this.#settle(outcome, 0, this.#holdMs());
        break;
      case 'backing_off':
        core.wheel.cancel(this.#stageTimer);
        break;
      case 'deciding':
      case 'ended':
        return;
    }
    this.#end(outcome, tell);
  }

  #end(outcome: Outcome, tell = true): void {
    const { core } = this.#proxy;
    this.#stage = 'ended';
    this.#proxy.underWay--;
    if (this.#deadlineTimer !== null) core.wheel.cancel(this.#deadlineTimer);
    if (this.#holdsRetry) core.retryBudget.end();
    this.#ending = { outcome, queueWaitMs: this.#queueWaitMs, attempts: this.#attempts };
    if (tell) this.#call.onEnding(this.#ending);
  }

  #enter(stage: Stage): void {
    this.#stage = stage;
    this.#stageSinceMs = this.#now();
  }

  #now(): number {
    return this.#proxy.core.wheel.now();
  }
}
