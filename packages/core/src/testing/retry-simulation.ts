import type { Outcome } from '@spillway/contracts';
import { drawExponential, seededRandom } from '@spillway/random';
import { RemainingWork } from '../admission/remaining-work.ts';
import { Waiter } from '../admission/wait-queue.ts';
import { Breaker } from '../breaker/breaker.ts';
import type { Ticket } from '../breaker/breaker-tickets.ts';
import type { Lease } from '../lease-table.ts';
import type { Breakers, Course, JudgedTarget, Try } from '../life/course.ts';
import { outcomeOfResponse, RequestLife } from '../life/request-life.ts';
import type { RetryDecision, RetryPolicy } from '../retry/retry-policy.ts';
import { ServiceMedian } from '../retry/service-median.ts';
import { breakerOptions } from '../service/breaker-options.ts';
import { buildDecisions, type Decisions } from '../service/build-decisions.ts';
import type { ServiceSettings } from '../service/service-settings.ts';
import type { Random } from '../time/time-source.ts';
import { TimerWheel } from '../time/timer-wheel.ts';
import { VirtualTime } from './virtual-time.ts';

const queueTimeoutMs = 2000;

export interface RetrySimulationOptions {
  settings: ServiceSettings;
  perSecond: number;
  workers: number;
  serviceMs: (random: Random, now: number) => number;
  /** Share of the attempts that are answered with 503 immediately. */
  refusedShare: (now: number) => number;
  seed?: number;
}

/** A second of arrivals, and what became of them. */
export interface Second {
  arrived: number;
  good: number;
  attempts: number;
}

/** Requests on their way through the real parts. The backend works on when the proxy gives up: it knows nothing of it. */
export class RetrySimulation {
  readonly time = new VirtualTime();
  readonly decisions: Decisions;
  readonly life: RequestLife;
  readonly target: JudgedTarget;
  readonly options: RetrySimulationOptions;
  readonly random: Random;
  readonly seconds: Second[] = [];
  readonly #line: (() => void)[] = [];
  #busy = 0;

  constructor(options: RetrySimulationOptions) {
    const { settings, seed = 1 } = options;
    this.options = options;
    this.random = seededRandom(seed);
    const wheel = new TimerWheel(this.time);
    const random = seededRandom(seed);
    const classes = [{ reservedShare: 0, precedence: 0 }];
    this.decisions = buildDecisions(settings, { wheel, random, classes });
    const breaker = new Breaker({ ...breakerOptions(settings), time: this.time, random });
    this.target = {
      breaker,
      remainingWork: new RemainingWork(this.time),
      serviceMedian: new ServiceMedian(this.time),
    };
    const breakers: Breakers = {
      admits: () => breaker.refusal() === null,
      allow: () => breaker.allows(),
      refusal: () => 'breaker_open',
    };
    this.life = new RequestLife(settings, this.decisions, breakers, this.time);
  }

  run(seconds: number): void {
    const { time } = this;
    const until = time.now() + seconds * 1000;
    const arrive = (): void => {
      if (time.now() < until) this.#arrive();
      const gapMs = (1000 / this.options.perSecond) * drawExponential(this.random);
      time.setTimer(arrive, gapMs);
    };
    time.setTimer(arrive, 0);
    time.runUntil(until);
  }

  /** Good ends of those who came from one second to another. */
  goodShare(from: number, to: number): number {
    return this.#sum('good', from, to) / this.#sum('arrived', from, to);
  }

  /** Attempts for each request that came. */
  amplification(from: number, to: number): number {
    return this.#sum('attempts', from, to) / this.#sum('arrived', from, to);
  }

  send(done: () => void): void {
    this.#line.push(done);
    this.#work();
  }

  #sum(what: keyof Second, from: number, to: number): number {
    return this.seconds.slice(from, to).reduce((sum, it) => sum + (it?.[what] ?? 0), 0);
  }

  #arrive(): void {
    const at = Math.floor(this.time.now() / 1000);
    this.seconds[at] ??= { arrived: 0, good: 0, attempts: 0 };
    const second = this.seconds[at];
    second.arrived++;
    new Request(this, second).start();
  }

  #work(): void {
    const { time, options } = this;
    while (this.#busy < options.workers && this.#line.length > 0) {
      const done = this.#line.shift()!;
      this.#busy++;
      time.setTimer(
        () => {
          this.#busy--;
          done();
          this.#work();
        },
        options.serviceMs(this.random, time.now()),
      );
    }
  }
}

/** A GET whose client waits for as long as it takes. */
class Request extends Waiter implements Course, Try {
  readonly method = 'GET';
  readonly kind = 0;
  readonly retryPolicy: RetryPolicy;
  readonly firstByteTimeoutMs: number;
  readonly receivedAt: number;
  readonly interrupted = null;
  attempts = 0;
  holdsRetry = false;
  quickRetries = 0;
  lastFailure: Outcome | null = null;
  retryRefusal: Outcome | null = null;

  readonly upstream: JudgedTarget;
  ticket: Ticket = 0;
  startedAt = 0;
  answeredAt = 0;
  endedAt = 0;
  readonly written = true;
  readonly sent = true;
  call = -1;
  answered = false;
  ended = false;
  outcome: Outcome = 'ok';
  status = 0;
  readonly unrelayable = false;
  readonly looped = false;
  readonly retryAfterMs = null;
  retry: RetryDecision | null = null;

  readonly #world: RetrySimulation;
  readonly #second: Second;
  #lease: Lease = 0;

  constructor(world: RetrySimulation, second: Second) {
    super();
    this.#world = world;
    this.#second = second;
    this.upstream = world.target;
    this.retryPolicy = world.decisions.retryPolicy;
    this.firstByteTimeoutMs = world.options.settings.firstByteTimeoutMs;
    this.receivedAt = world.time.now();
  }

  get writtenAt(): number {
    return this.startedAt;
  }

  start(): void {
    this.#world.life.begin(this);
    this.#seekPermit();
  }

  override onGrant(lease: Lease): void {
    this.#attempt(lease);
  }

  override onRefuse(): void {
    this.#world.life.end(this);
  }

  #seekPermit(): void {
    const { life, decisions } = this.#world;
    const { permits } = decisions;
    if (life.shed(this) !== null) {
      life.end(this);
      return;
    }
    const lease = permits.tryAcquire(this);
    if (lease !== 0) this.#attempt(lease);
    else if (permits.enqueue(this, queueTimeoutMs) !== null) life.end(this);
  }

  #attempt(lease: Lease): void {
    const { life, time, target, random, options } = this.#world;
    this.#lease = lease;
    this.ticket = target.breaker.acquire();
    if (this.ticket === 0) {
      life.settle(this, lease, null);
      life.end(this);
      return;
    }
    this.#second.attempts++;
    const attempt = ++this.attempts;
    this.startedAt = time.now();
    this.answered = this.ended = false;
    this.status = 0;
    this.retry = null;
    const answer = (status: number): void => {
      if (attempt === this.attempts && !this.ended) this.#answer(status);
    };
    time.setTimer(() => {
      if (attempt === this.attempts && !this.ended) this.#fail('connection_read_timeout');
    }, options.settings.firstByteTimeoutMs);
    if (random() < options.refusedShare(time.now())) time.setTimer(() => answer(503), 1);
    else this.#world.send(() => answer(200));
  }

  #answer(status: number): void {
    const { life, time } = this.#world;
    this.status = status;
    this.answeredAt = time.now();
    this.answered = true;
    life.answered(this);
    if (life.mayMend(this, status)) life.decide(this, this, 'upstream_error', true);
    this.#end(outcomeOfResponse(this));
  }

  #fail(outcome: Outcome): void {
    this.#world.life.decide(this, this, outcome, true);
    this.#end(outcome);
  }

  #end(outcome: Outcome): void {
    const { life, time } = this.#world;
    this.outcome = outcome;
    this.endedAt = time.now();
    this.ended = true;
    life.settle(this, this.#lease, this);
    if (life.next(this, this) === null && this.retry?.retry) {
      time.setTimer(() => this.#seekPermit(), this.retry.delayMs);
      return;
    }
    if (this.outcome === 'ok') this.#second.good++;
    life.end(this);
  }
}
