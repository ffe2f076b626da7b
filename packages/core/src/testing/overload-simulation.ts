import { drawExponential, drawNormal, seededRandom } from '@spillway/random';
import type { Flow } from '../admission/flow.ts';
import { Limiter } from '../admission/limiter.ts';
import type { LimiterOptions } from '../admission/limiter-options.ts';
import type { Lease } from '../lease-table.ts';
import type { Random } from '../time/time-source.ts';
import { TimerWheel } from '../time/timer-wheel.ts';
import { Place } from './place.ts';
import { VirtualTime } from './virtual-time.ts';

/** Clients of one kind: Poisson arrivals that wait for no answer before the next. */
export interface Clients {
  perSecond: number;
  serviceMs: (random: Random, now: number) => number;
  /** After this they leave, and an answer is of no use. */
  patienceMs: number;
  /** Whether the limiter is told; else it only sees them go. */
  declared?: boolean;
  key?: string;
  priority?: number;
}

export interface Fate {
  offered: number;
  /** Answered while the client was there. */
  good: number;
  refused: number;
  /** Left while waiting in line. */
  left: number;
  /** Served after the client had left. */
  wasted: number;
  goodMs: number[];
  refusedMs: number[];
}

/** Requests through a limiter to a backend that serves as many at once as the limit lets through. */
export class OverloadSimulation {
  readonly time = new VirtualTime();
  readonly limiter: Limiter;
  readonly wheel: TimerWheel;
  readonly #random: Random;
  #countFrom = 0;
  #over = false;
  mostInFlight = 0;

  constructor(options: Omit<LimiterOptions, 'wheel'>, seed = 1) {
    this.wheel = new TimerWheel(this.time);
    this.limiter = new Limiter({ ...options, wheel: this.wheel });
    this.#random = seededRandom(seed);
  }

  /** The fates of those who come after the warm-up, by kind; runs until all of them are settled. */
  run(kinds: Clients[], options: { warmUpMs: number; forMs: number }): Fate[] {
    this.#countFrom = this.time.now() + options.warmUpMs;
    const until = this.#countFrom + options.forMs;
    this.#over = false;
    const fates = kinds.map((clients) => this.#arrive(clients));
    this.time.runUntil(until);
    this.#over = true;
    this.time.runUntil(
      until + 100 * Math.max(1000, ...kinds.map((it) => Math.min(it.patienceMs, 1e6))),
    );
    return fates;
  }

  #arrive(clients: Clients): Fate {
    const fate: Fate = {
      ...{ offered: 0, good: 0, refused: 0, left: 0, wasted: 0 },
      ...{ goodMs: [], refusedMs: [] },
    };
    const unseen: Fate = { ...fate };
    const flow = clients.key === undefined ? null : this.limiter.flow(clients.key);
    const next = (): void => {
      if (this.#over) return;
      this.#request(clients, flow, this.time.now() >= this.#countFrom ? fate : unseen);
      this.time.setTimer(next, (1000 / clients.perSecond) * drawExponential(this.#random));
    };
    if (clients.perSecond > 0) this.time.setTimer(next, 0);
    return fate;
  }

  #request(clients: Clients, flow: Flow | null, fate: Fate): void {
    const { time, limiter } = this;
    const arrivedAt = time.now();
    const { declared = true, priority = 0, patienceMs } = clients;
    fate.offered++;
    const serve = (lease: Lease): void => {
      this.mostInFlight = Math.max(this.mostInFlight, limiter.inFlight);
      time.setTimer(
        () => {
          const tookMs = time.now() - arrivedAt;
          if (tookMs <= patienceMs) {
            fate.good++;
            fate.goodMs.push(tookMs);
          } else {
            fate.wasted++;
          }
          limiter.release(lease);
        },
        clients.serviceMs(this.#random, time.now()),
      );
    };
    const refuse = (): void => {
      fate.refused++;
      fate.refusedMs.push(time.now() - arrivedAt);
    };
    const place = new Place(serve, refuse);
    place.flow = flow;
    place.priority = priority;
    place.deadline = declared ? arrivedAt + patienceMs : Infinity;
    const lease = limiter.tryAcquire(place);
    if (lease !== 0) {
      serve(lease);
      return;
    }
    if (limiter.enqueue(place, Infinity) !== null) {
      refuse();
      return;
    }
    if (!place.waiting || patienceMs === Infinity) return;
    time.setTimer(() => {
      if (limiter.cancel(place)) fate.left++;
    }, patienceMs);
  }
}

/** With sigma 0.5, the 99th percentile is 2.8 times the mean. */
export const lognormal =
  (meanMs: number, sigma = 0.5) =>
  (random: Random): number =>
    meanMs * Math.exp(sigma * drawNormal(random) - (sigma * sigma) / 2);

export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(share * values.length)] ?? 0;
