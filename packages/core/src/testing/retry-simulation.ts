import { drawExponential, seededRandom } from '@spillway/random';
import type { Limiter } from '../admission/limiter.ts';
import type { Breaker } from '../breaker/breaker.ts';
import type { Lease } from '../lease-table.ts';
import type { RetryBudget } from '../retry/retry-budget.ts';
import type { RetryPolicy } from '../retry/retry-policy.ts';
import type { Random } from '../time/time-source.ts';
import { Place } from './place.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface RetrySimulationOptions {
  time: VirtualTime;
  perSecond: number;
  workers: number;
  serviceMs: (random: Random, now: number) => number;
  /** Share of the attempts that are answered with 503 at once. */
  refusedShare: (now: number) => number;
  /** The proxy gives up on an attempt after this. The backend works on: it knows nothing of it. */
  timeoutMs: number;
  policy: RetryPolicy;
  budget: RetryBudget;
  limiter: Limiter | null;
  breaker: Breaker | null;
  seed?: number;
}

/** A second of arrivals, and what became of them. */
export interface Second {
  arrived: number;
  good: number;
  attempts: number;
}

type End = 'good' | 'answered_503' | 'timeout';

/**
 * Requests on their way through the real parts, in the proxy's order: breaker, permit, ticket, attempt,
 * settle, and again if the policy says so.
 */
export class RetrySimulation {
  readonly seconds: Second[] = [];
  readonly #options: RetrySimulationOptions;
  readonly #random: Random;
  readonly #line: (() => void)[] = [];
  #busy = 0;
  #active = 0;

  constructor(options: RetrySimulationOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed ?? 1);
  }

  run(seconds: number): void {
    const { time, perSecond } = this.#options;
    const until = time.now() + seconds * 1000;
    const arrive = (): void => {
      if (time.now() < until) this.#arrive();
      const gapMs = (1000 / perSecond) * drawExponential(this.#random);
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

  #sum(what: keyof Second, from: number, to: number): number {
    return this.seconds.slice(from, to).reduce((sum, it) => sum + (it?.[what] ?? 0), 0);
  }

  #arrive(): void {
    const at = Math.floor(this.#options.time.now() / 1000);
    this.seconds[at] ??= { arrived: 0, good: 0, attempts: 0 };
    const second = this.seconds[at];
    second.arrived++;
    this.#active++;
    this.#options.budget.onRequest();
    this.#enter(second, 1);
  }

  #enter(second: Second, attempt: number): void {
    const { breaker, limiter } = this.#options;
    if (breaker !== null && !breaker.allows()) {
      this.#leave(attempt);
      return;
    }
    const lease = limiter?.tryAcquire() ?? 0;
    if (limiter === null || lease !== 0) {
      this.#attempt(second, attempt, lease);
      return;
    }
    const place = new Place(
      (granted) => this.#attempt(second, attempt, granted),
      () => this.#leave(attempt),
    );
    if (limiter.enqueue(place, 2000) !== null) this.#leave(attempt);
  }

  #attempt(second: Second, attempt: number, lease: Lease): void {
    const { time, breaker, limiter, timeoutMs, refusedShare } = this.#options;
    const ticket = breaker?.acquire() ?? 0;
    if (breaker !== null && ticket === 0) {
      limiter?.release(lease);
      this.#leave(attempt);
      return;
    }
    second.attempts++;
    let over = false;
    const end = (how: End): void => {
      if (over) return;
      over = true;
      breaker?.settle(ticket, how === 'good' ? 'success' : 'failure');
      limiter?.release(lease);
      this.#decide(second, attempt, how);
    };
    time.setTimer(() => end('timeout'), timeoutMs);
    if (this.#random() < refusedShare(time.now())) time.setTimer(() => end('answered_503'), 1);
    else this.#send(() => end('good'));
  }

  #decide(second: Second, attempt: number, how: End): void {
    const { time, policy, budget } = this.#options;
    if (how === 'good') {
      second.good++;
      this.#leave(attempt);
      return;
    }
    const decision = policy.decide(
      {
        outcome: how === 'timeout' ? 'connection_read_timeout' : 'upstream_error',
        status: how === 'timeout' ? 0 : 503,
        method: 'GET',
        attempt,
        requestWritten: true,
        bodyReplayable: true,
        retryAfterMs: null,
        remainingMs: Infinity,
        medianServiceMs: 0,
      },
      this.#active,
    );
    if (attempt > 1) budget.end();
    if (decision.retry) time.setTimer(() => this.#enter(second, attempt + 1), decision.delayMs);
    else this.#active--;
  }

  #leave(attempt: number): void {
    if (attempt > 1) this.#options.budget.end();
    this.#active--;
  }

  #send(done: () => void): void {
    this.#line.push(done);
    this.#work();
  }

  #work(): void {
    const { time, workers, serviceMs } = this.#options;
    while (this.#busy < workers && this.#line.length > 0) {
      const done = this.#line.shift()!;
      this.#busy++;
      time.setTimer(
        () => {
          this.#busy--;
          done();
          this.#work();
        },
        serviceMs(this.#random, time.now()),
      );
    }
  }
}
