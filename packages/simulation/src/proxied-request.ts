import type { Outcome } from '@spillway/contracts';
import {
  type Course,
  type JudgedTarget,
  type Lease,
  outcomeOfResponse,
  type RefusalReason,
  type RetryDecision,
  type RetryPolicy,
  remaining,
  type Ticket,
  TimerEntry,
  type Try,
  Waiter,
} from '@spillway/core';
import type { BackendEnding, Job } from './backend.ts';
import type { ConnectionTaker } from './connection-line.ts';
import type { Call, CallEnding, OpenCall } from './front-door.ts';
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
 * One request's way through the proxy, by the same `RequestLife` as in the proxy's `forward`. It is the record of
 * the request and of its latest attempt, and its place in the queue.
 */
export class ProxiedRequest extends Waiter implements Course, Try, OpenCall, Job, ConnectionTaker {
  readonly serviceMs: number;
  luck = 0;

  readonly method: string;
  readonly kind: number;
  readonly retryPolicy: RetryPolicy;
  readonly firstByteTimeoutMs: number;
  readonly receivedAt: number;
  interrupted: Outcome | null = null;
  attempts = 0;
  holdsRetry = false;
  quickRetries = 0;
  lastFailure: Outcome | null = null;
  retryRefusal: Outcome | null = null;

  ticket: Ticket = 0;
  startedAt = 0;
  writtenAt = 0;
  answeredAt = 0;
  endedAt = 0;
  written = false;
  sent = false;
  answered = false;
  ended = false;
  outcome: Outcome = 'ok';
  status = 0;
  readonly unrelayable = false;
  readonly looped = false;
  retryAfterMs: number | null = null;
  call = -1;
  retry: RetryDecision | null = null;

  readonly #proxy: SimulatedProxy;
  readonly #call: Call;
  readonly #deadlineTimer: TimerEntry | null = null;
  /** The silence of the backend, or the pause before another attempt. */
  readonly #stageTimer = new CallbackTimer(() => this.#onStageOver());
  #stage: Stage = 'deciding';
  #queuedAt = 0;
  #lease: Lease = 0;
  #queueWaitMs = 0;
  #ending: CallEnding | null = null;

  constructor(proxy: SimulatedProxy, call: Call) {
    super();
    this.#proxy = proxy;
    this.#call = call;
    this.serviceMs = call.serviceMs;
    this.method = call.group.method;
    this.kind = call.group.kind;
    this.retryPolicy = proxy.retryPolicy;
    this.firstByteTimeoutMs = proxy.settings.firstByteTimeoutMs;
    this.receivedAt = this.#now();
    proxy.introduce(this, call.group);
    const timeLeftMs = remaining(this.deadline, this.#now());
    if (timeLeftMs === Infinity) return;
    this.#deadlineTimer = new CallbackTimer(() => this.#interrupt('http_response_timeout', true));
    proxy.wheel.schedule(this.#deadlineTimer, timeLeftMs);
  }

  get upstream(): JudgedTarget {
    return this.#proxy.target;
  }

  start(): void {
    const late = this.#proxy.life.begin(this);
    if (late === null) this.#seekPermit();
    else this.#end(late);
  }

  leave(): CallEnding {
    this.#interrupt('client_gone', false);
    return this.#ending!;
  }

  override onGrant(lease: Lease): void {
    this.#queueWaitMs += this.#now() - this.#queuedAt;
    this.#attempt(lease);
  }

  override onRefuse(reason: RefusalReason): void {
    this.#queueWaitMs += this.#now() - this.#queuedAt;
    this.#end(this.#proxy.life.turnedAway(this, reason));
  }

  onConnection(): void {
    const { wheel, settings, backend, luck } = this.#proxy;
    this.#stage = 'at_backend';
    this.writtenAt = this.#now();
    this.written = true;
    this.sent = true;
    this.luck = luck();
    wheel.schedule(this.#stageTimer, settings.firstByteTimeoutMs);
    backend.send(this);
  }

  onEnding(ending: BackendEnding, retryAfterMs: number | null = null): void {
    const { life, wheel } = this.#proxy;
    wheel.cancel(this.#stageTimer);
    if (typeof ending === 'string') {
      if (ending === 'connection_refused') this.written = this.sent = false;
      this.#fail(ending);
      return;
    }
    this.status = ending;
    this.retryAfterMs = retryAfterMs;
    this.answeredAt = this.#now();
    this.answered = true;
    life.answered(this);
    if (life.mayMend(this, ending)) life.decide(this, this, 'upstream_error', true);
    this.#afterAttempt(outcomeOfResponse(this));
  }

  #seekPermit(): void {
    const { life, permits, settings } = this.#proxy;
    const shed = life.shed(this);
    if (shed !== null) {
      this.#end(shed);
      return;
    }
    const lease = permits.tryAcquire(this);
    if (lease !== 0) {
      this.#attempt(lease);
      return;
    }
    this.#stage = 'queued';
    this.#queuedAt = this.#now();
    const refusal = permits.enqueue(this, settings.queueTimeoutMs);
    if (refusal !== null) this.#end(life.turnedAway(this, refusal));
  }

  #attempt(lease: Lease): void {
    const { life, connections, target } = this.#proxy;
    this.#lease = lease;
    this.ticket = target.breaker.acquire();
    if (this.ticket === 0) {
      const refusal = life.turnedAway(this, 'breaker_open');
      life.settle(this, lease, null);
      this.#end(refusal);
      return;
    }
    this.attempts++;
    this.startedAt = this.#now();
    this.written = this.sent = this.answered = this.ended = false;
    this.status = 0;
    this.retryAfterMs = null;
    this.retry = null;
    this.#proxy.life.started(this);
    this.#stage = 'connecting';
    connections.take(this);
  }

  /** With nothing relayed to the client. */
  #fail(outcome: Outcome): void {
    this.#proxy.life.decide(this, this, outcome, true);
    this.#afterAttempt(outcome);
  }

  #afterAttempt(outcome: Outcome): void {
    const { life, connections, wheel } = this.#proxy;
    connections.giveBack();
    this.#settle(outcome);
    const end = life.next(this, this);
    if (end !== null) {
      this.#end(end);
      return;
    }
    this.#stage = 'backing_off';
    wheel.schedule(this.#stageTimer, this.retry?.retry ? this.retry.delayMs : 0);
  }

  #settle(outcome: Outcome): void {
    this.endedAt = this.#now();
    this.ended = true;
    this.outcome = outcome;
    this.#proxy.life.settle(this, this.#lease, this);
  }

  #onStageOver(): void {
    if (this.#stage === 'backing_off') {
      this.#seekPermit();
    } else {
      this.#proxy.backend.abandon(this);
      this.#fail('connection_read_timeout');
    }
  }

  #interrupt(outcome: Outcome, tell: boolean): void {
    const { wheel, permits, connections, backend } = this.#proxy;
    this.interrupted = outcome;
    switch (this.#stage) {
      case 'queued':
        permits.cancel(this);
        this.#queueWaitMs += this.#now() - this.#queuedAt;
        break;
      case 'connecting':
        connections.forget(this);
        this.#settle(outcome);
        break;
      case 'at_backend':
        wheel.cancel(this.#stageTimer);
        backend.abandon(this);
        connections.giveBack();
        this.#settle(outcome);
        break;
      case 'backing_off':
        wheel.cancel(this.#stageTimer);
        break;
      case 'deciding':
      case 'ended':
        return;
    }
    this.#end(outcome, tell);
  }

  #end(outcome: Outcome, tell = true): void {
    this.#stage = 'ended';
    if (this.#deadlineTimer !== null) this.#proxy.wheel.cancel(this.#deadlineTimer);
    this.#proxy.life.end(this);
    this.#ending = { outcome, queueWaitMs: this.#queueWaitMs, attempts: this.attempts };
    if (tell) this.#call.onEnding(this.#ending);
  }

  #now(): number {
    return this.#proxy.wheel.now();
  }
}
