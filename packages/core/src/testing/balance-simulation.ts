import type { Outcome } from '@spillway/contracts';
import { drawExponential } from '@spillway/random';
import type { Balanced, Balancer, Tried } from '../balance/balanced.ts';
import { type BalancerName, balancers } from '../balance/balancers.ts';
import { OutlierDetector } from '../health/outlier-detector.ts';
import type { OutlierOptions } from '../health/outlier-options.ts';
import { outlierVerdict } from '../health/outlier-verdict.ts';
import type { OutlierWatch, Watched } from '../health/outlier-watch.ts';
import type { Random } from '../time/time-source.ts';
import { VirtualTime } from './virtual-time.ts';

/** How a target takes requests: well, not at all, never ending, so many times slower, or with quick 500s. */
export type Condition = 'well' | 'dead' | 'hung' | 'quick_500' | number;

export interface BalanceSimulationOptions {
  readonly balancer: BalancerName;
  readonly targets: number;
  readonly perSecond: number;
  /** Mean of an exponential service time. */
  readonly serviceMs: number;
  readonly readTimeoutMs: number;
  readonly slowStartMs: number;
  readonly outlier: Omit<OutlierOptions, 'time' | 'random'>;
  /** How the first target is at an instant; the others are well. */
  readonly condition: (now: number) => Condition;
  readonly random: Random;
}

/** Between the first target's fault and its being told, ms: a refused connection, a reset, a quick 500. */
const quickMs = 1;
/** Attempts of one request. */
const mostAttempts = 3;

class SimulatedTarget implements Balanced, Watched {
  readonly name: string;
  readonly weight = 1;
  readonly limit = Infinity;
  readonly full = false;
  readonly hasConnection = true;
  readonly watch: OutlierWatch;
  readonly ejectedAt: number[] = [];
  readonly readmittedAt: number[] = [];
  readonly #time: VirtualTime;
  inFlight = 0;

  constructor(name: string, detector: OutlierDetector, time: VirtualTime) {
    this.name = name;
    this.#time = time;
    this.watch = detector.add(this);
  }

  get upSince(): number {
    return this.watch.readmittedAt;
  }

  available(): boolean {
    return !this.watch.ejected();
  }

  canServe(): boolean {
    return true;
  }

  onEjected(): void {
    this.ejectedAt.push(this.#time.now());
  }

  onReadmitted(): void {
    this.readmittedAt.push(this.#time.now());
  }
}

/** An attempt under way; `end` is called once, by whatever ends it. */
interface Attempt {
  readonly end: (outcome: Outcome, status: number) => void;
}

/** Requests at random over some targets of which the first has a fault: balancer and outlier detector together. */
export class BalanceSimulation {
  readonly time = new VirtualTime();
  readonly targets: readonly SimulatedTarget[];
  /** When each request that failed was told so. */
  readonly failedAt: number[] = [];
  /** When each attempt was sent where. */
  readonly sent: { readonly at: number; readonly target: number }[] = [];
  readonly #options: BalanceSimulationOptions;
  readonly #balancer: Balancer<SimulatedTarget>;
  readonly #open = new Set<Attempt>();
  #requests = 0;

  constructor(options: BalanceSimulationOptions) {
    const { time } = this;
    this.#options = options;
    const { random, slowStartMs } = options;
    const detector = new OutlierDetector({ ...options.outlier, time, random });
    this.targets = Array.from(
      { length: options.targets },
      (_, i) => new SimulatedTarget(`http://10.0.0.${i}`, detector, time),
    );
    const balance = { slowStartMs, slowStartAggression: 1, hashLoadFactor: 1.25 };
    this.#balancer = balancers[options.balancer](this.targets, balance, random);
    this.#arrive();
  }

  run(seconds: number): void {
    this.time.runUntil(seconds * 1000);
  }

  /** What is under way at the first target loses its connection: a process that is killed. */
  resetFirst(): number {
    const lost = [...this.#open];
    for (const attempt of lost) attempt.end('connection_terminated', 0);
    return lost.length;
  }

  /** Share of the attempts in that time, in seconds, that went to the first target. */
  share(from: number, to: number): number {
    const sent = this.sent.filter(({ at }) => at >= from * 1000 && at < to * 1000);
    return sent.filter(({ target }) => target === 0).length / sent.length;
  }

  failed(from: number, to: number): number {
    return this.failedAt.filter((at) => at >= from * 1000 && at < to * 1000).length;
  }

  #arrive(): void {
    this.#try(`key ${this.#requests++}`, null, 1);
    const { perSecond, random } = this.#options;
    this.time.setTimer(() => this.#arrive(), (1000 / perSecond) * drawExponential(random));
  }

  #try(key: string, last: Tried<SimulatedTarget> | null, nth: number): void {
    const { time } = this;
    const target = this.#balancer.pick(time.now(), last, key);
    if (target === null) {
      this.failedAt.push(time.now());
      return;
    }
    const isFirst = target === this.targets[0];
    const startedAt = time.now();
    this.sent.push({ at: startedAt, target: this.targets.indexOf(target) });
    target.inFlight++;
    let timer: unknown = null;
    const attempt: Attempt = {
      end: (outcome, status) => {
        time.clearTimer(timer);
        target.inFlight--;
        this.#open.delete(attempt);
        target.watch.onResult(outlierVerdict(outcome, status, false), startedAt);
        if (outcome === 'ok') return;
        // Nothing was sent: any method may be tried elsewhere. All else is taken for a POST.
        const again = outcome === 'connection_refused' && nth < mostAttempts;
        if (again) this.#try(key, { target, previous: last }, nth + 1);
        else this.failedAt.push(time.now());
      },
    };
    if (isFirst) this.#open.add(attempt);
    const { afterMs, outcome, status } = this.#fate(isFirst);
    timer = time.setTimer(() => attempt.end(outcome, status), afterMs);
  }

  #fate(isFirst: boolean): { afterMs: number; outcome: Outcome; status: number } {
    const { condition, readTimeoutMs, serviceMs, random } = this.#options;
    const now = isFirst ? condition(this.time.now()) : 'well';
    const tookMs = serviceMs * drawExponential(random);
    if (now === 'dead') return { afterMs: quickMs, outcome: 'connection_refused', status: 0 };
    if (now === 'quick_500') return { afterMs: quickMs, outcome: 'upstream_error', status: 500 };
    const afterMs = now === 'hung' ? Infinity : now === 'well' ? tookMs : tookMs * now;
    if (afterMs < readTimeoutMs) return { afterMs, outcome: 'ok', status: 200 };
    return { afterMs: readTimeoutMs, outcome: 'connection_read_timeout', status: 0 };
  }
}
