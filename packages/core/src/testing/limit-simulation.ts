import type { Outcome } from '@spillway/contracts';
import type { ConcurrencyLimit } from '../limits/concurrency-limit.ts';
import { OwnStalls } from '../limits/own-stalls.ts';
import { sampleOf } from '../limits/sample-of.ts';
import { seededRandom } from '../testing.ts';
import { VirtualTime } from './virtual-time.ts';

export interface SimulatedBackend {
  workers: number;
  /** Draws the time that one request takes a worker. */
  serviceMs: (random: () => number, flow: number) => number;
  /** Refuses with 503 beyond this many at once; Infinity: queues without bound. */
  refusesBeyond: number;
  /** The proxy gives up on a request after this. The backend works on. */
  timeoutMs: number;
  /** Share of its time after which a request has its first byte. */
  firstByteShare: number;
  /** Fast errors that are no drop, as a share of all. */
  errorShare: number;
}

/** Times that the proxy's own event loop stands still: whatever ends meanwhile is seen at their end. */
export interface SimulatedStalls {
  /** From the beginning of one to that of the next, on the mean. */
  everyMs: number;
  lastMs: (random: () => number) => number;
  /** The proxy heeds them. */
  known: boolean;
}

interface SimulatedCall {
  flow: number;
  startedAt: number;
  over: boolean;
  /** Its name for the limit. */
  call: number;
}

const beatMs = 20;

export const exponential =
  (meanMs: number) =>
  (random: () => number): number =>
    -meanMs * Math.log(1 - random());

/** `sigma`: standard deviation of the logarithm. */
export const lognormalOf =
  (meanMs: number, sigma: number) =>
  (random: () => number): number => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return meanMs * Math.exp(sigma * normal - (sigma * sigma) / 2);
  };

/** As the benchmarks' backend is: sigma 0.5, and so a standard deviation of half the mean. */
export const lognormal = (meanMs: number) => lognormalOf(meanMs, 0.5);

/** A proxy that always has more requests than its limit lets through, or `load` of them a second. */
export class LimitSimulation {
  readonly time = new VirtualTime();
  readonly backend: SimulatedBackend;
  readonly limit: ConcurrencyLimit;
  /** Requests that want through: Infinity, or a rate a second (Poisson) with a line that is never refused. */
  arrivalsPerSecond = Infinity;
  flowOf: (random: () => number) => number = () => 0;
  tellsFlow = true;
  good = 0;
  inFlight = 0;
  atBackend = 0;
  latencySumMs = 0;
  lowest = Infinity;
  highest = 0;
  readonly #random: () => number;
  readonly #line: SimulatedCall[] = [];
  #stalledUntil = 0;
  #ownStalls: OwnStalls | null = null;
  #waiting = 0;
  #busy = 0;
  #arrivals = 0;

  constructor(limit: ConcurrencyLimit, backend: Partial<SimulatedBackend>, seed = 1) {
    this.limit = limit;
    this.#random = seededRandom(seed);
    this.backend = {
      ...{ workers: 20, serviceMs: exponential(50), refusesBeyond: Infinity },
      ...{ timeoutMs: Infinity, errorShare: 0, firstByteShare: 1 },
      ...backend,
    };
  }

  beginStalls(stalls: SimulatedStalls): void {
    if (stalls.known) this.#beat(new OwnStalls(beatMs, this.time.now()));
    this.#stall(stalls);
  }

  setArrivals(perSecond: number): void {
    this.arrivalsPerSecond = perSecond;
    this.#waiting = 0;
    const turn = ++this.#arrivals;
    const arrive = (): void => {
      if (turn !== this.#arrivals) return;
      this.#waiting++;
      this.#admit();
      this.time.setTimer(arrive, exponential(1000 / perSecond)(this.#random));
    };
    if (perSecond !== Infinity && perSecond > 0) arrive();
  }

  /** Good answers a second over the time that passes. */
  run(ms: number): number {
    const [good, until] = [this.good, this.time.now() + ms];
    [this.lowest, this.highest, this.latencySumMs] = [Infinity, 0, 0];
    this.#admit();
    this.time.runUntil(until);
    return ((this.good - good) * 1000) / ms;
  }

  #admit(): void {
    while (this.inFlight < this.limit.limit) {
      if (this.arrivalsPerSecond !== Infinity) {
        if (this.#waiting === 0) return;
        this.#waiting--;
      }
      this.inFlight++;
      this.#send();
    }
  }

  #send(): void {
    const { backend, time } = this;
    const flow = this.flowOf(this.#random);
    const request = { flow, startedAt: time.now(), over: false, call: 0 };
    request.call = this.limit.onStart?.(request.startedAt) ?? 0;
    if (this.atBackend >= backend.refusesBeyond) {
      time.setTimer(() => this.#end(request, 'upstream_error', 503), 1);
    } else if (this.#random() < backend.errorShare) {
      time.setTimer(() => this.#end(request, 'upstream_error', 500), 1);
    } else {
      if (backend.timeoutMs < Infinity) {
        time.setTimer(() => this.#end(request, 'connection_read_timeout', 0), backend.timeoutMs);
      }
      this.atBackend++;
      this.#line.push(request);
      this.work();
    }
  }

  /** Also to be called after a change of the workers. */
  work(): void {
    while (this.#busy < this.backend.workers && this.#line.length > 0) {
      const request = this.#line.shift()!;
      const tookMs = this.backend.serviceMs(this.#random, request.flow);
      const { firstByteShare } = this.backend;
      if (firstByteShare < 1) {
        this.time.setTimer(() => this.#answer(request), firstByteShare * tookMs);
      }
      this.#busy++;
      this.time.setTimer(() => {
        this.#busy--;
        this.atBackend--;
        this.#end(request, 'ok', 200);
        this.work();
      }, tookMs);
    }
  }

  #answer(request: SimulatedCall): void {
    if (!request.over) this.limit.onFirstByte?.(request.call, this.time.now());
  }

  #stall(stalls: SimulatedStalls): void {
    const nextMs = exponential(stalls.everyMs)(this.#random);
    this.time.setTimer(() => {
      this.#stalledUntil = Math.max(
        this.#stalledUntil,
        this.time.now() + stalls.lastMs(this.#random),
      );
      this.#stall(stalls);
    }, nextMs);
  }

  #beat(ownStalls: OwnStalls): void {
    this.#ownStalls = ownStalls;
    const waitsMs = Math.max(0, this.#stalledUntil - this.time.now());
    if (waitsMs === 0) ownStalls.beat(this.time.now());
    this.time.setTimer(() => this.#beat(ownStalls), waitsMs === 0 ? beatMs : waitsMs);
  }

  #end(request: SimulatedCall, outcome: Outcome, status: number): void {
    if (request.over) return;
    const now = this.time.now();
    if (now < this.#stalledUntil) {
      this.time.setTimer(() => this.#end(request, outcome, status), this.#stalledUntil - now);
      return;
    }
    request.over = true;
    if (outcome === 'ok') {
      this.good++;
      this.latencySumMs += now - request.startedAt;
    }
    const flow = this.tellsFlow ? request.flow : 0;
    const { startedAt } = request;
    const attempt = { outcome, status, startedAt, endedAt: now };
    const seen = sampleOf({ receivedAt: startedAt, deadline: Infinity }, attempt, Infinity);
    const said = this.#ownStalls?.heed(seen, startedAt, now) ?? seen;
    this.limit.onSample(startedAt, now, this.inFlight, said, flow, request.call);
    this.lowest = Math.min(this.lowest, this.limit.limit);
    this.highest = Math.max(this.highest, this.limit.limit);
    this.inFlight--;
    this.#admit();
  }
}
