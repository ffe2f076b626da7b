import type { SimulatedEvent } from './event-queue.ts';
import type { PhaseScript } from './phase-script.ts';
import type { BackendSettings } from './scenario.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How the backend ends a request: an answer by its status, or the connection. */
export type BackendEnding = number | 'connection_refused' | 'connection_terminated';

/** One request at the backend. */
export interface Job {
  /** What it takes when nothing slows it down. */
  readonly serviceMs: number;
  /** Uniform in [0, 1): fails when below the failing share. */
  readonly luck: number;
  /** Called once, unless it was abandoned before. `retryAfterMs`: Retry-After of the response. */
  onEnding(ending: BackendEnding, retryAfterMs?: number): void;
}

/** Whatever serves requests. */
export interface Backend {
  send(job: Job): void;
  /** The client's connection is closed: no ending is told any more. */
  abandon(job: Job): void;
}

interface Place {
  readonly job: Job;
  abandoned: boolean;
  startedMs: number;
  /** Null while it waits in the backend's own line. */
  work: SimulatedEvent | null;
}

/** Work done and its use, over the time that is watched. */
export interface BackendTally {
  /** Sum over workers of the time in service, ms. */
  readonly busyMs: number;
  /** The part of it whose client had left by its end. */
  readonly wastedMs: number;
  /** Requests served to their end. */
  readonly served: number;
  /** Requests served to their end for nobody. */
  readonly servedForNobody: number;
}

/** N workers and a line of their own. What happens to a request happens by `onEnding`, never at once. */
export class SimulatedBackend implements Backend {
  longestQueue = 0;
  readonly #settings: BackendSettings;
  readonly #script: PhaseScript;
  readonly #time: VirtualTime;
  readonly #places = new Map<Job, Place>();
  readonly #working = new Set<Place>();
  /** In order of arrival; with the abandoned ones that still get served. */
  readonly #line = new Set<Place>();
  #busyMs = 0;
  #busySinceMs = 0;
  #wastedMs = 0;
  #served = 0;
  #servedForNobody = 0;

  constructor(settings: BackendSettings, script: PhaseScript, time: VirtualTime) {
    this.#settings = settings;
    this.#script = script;
    this.#time = time;
    for (const { down, fromMs } of script.stretches) if (down) time.at(fromMs, () => this.#crash());
  }

  get busy(): number {
    return this.#working.size;
  }

  get queued(): number {
    return this.#line.size;
  }

  get tally(): BackendTally {
    this.#countBusy();
    return {
      busyMs: this.#busyMs,
      wastedMs: this.#wastedMs,
      served: this.#served,
      servedForNobody: this.#servedForNobody,
    };
  }

  send(job: Job): void {
    const refusal = this.#refusalOf(job);
    if (refusal !== null) {
      this.#endSoon(job, refusal);
      return;
    }
    const place: Place = { job, abandoned: false, startedMs: 0, work: null };
    this.#places.set(job, place);
    if (this.busy < this.#settings.workers) this.#start(place);
    else this.#line.add(place);
    this.longestQueue = Math.max(this.longestQueue, this.#line.size);
  }

  abandon(job: Job): void {
    const place = this.#places.get(job);
    if (place === undefined) return;
    place.abandoned = true;
    if (this.#settings.abandon === 'continue') return;
    this.#forget(place);
    this.#wasteOf(place);
    this.#startNext();
  }

  /** How it ends without work; null: it gets served. */
  #refusalOf(job: Job): BackendEnding | null {
    const { workers, queue, errors } = this.#settings;
    if (this.#phase().down) return 'connection_refused';
    if (this.busy >= workers && this.#line.size >= queue) return 503;
    return errors === 'fast' && this.#fails(job) ? 503 : null;
  }

  /** Connections that were answered at once may be abandoned before they hear of it. */
  #endSoon(job: Job, ending: BackendEnding): void {
    const place: Place = { job, abandoned: false, startedMs: 0, work: null };
    this.#places.set(job, place);
    this.#time.after(0, () => {
      this.#places.delete(job);
      if (!place.abandoned) job.onEnding(ending);
    });
  }

  #start(place: Place): void {
    const { service } = this.#phase();
    this.#countBusy();
    this.#working.add(place);
    place.startedMs = this.#time.now();
    const slowness = slownessAt(this.busy + this.#line.size, this.#settings);
    place.work = this.#time.after(place.job.serviceMs * service * slowness, () => {
      this.#finish(place);
    });
  }

  #finish(place: Place): void {
    const ending = this.#settings.errors === 'slow' && this.#fails(place.job) ? 503 : 200;
    this.#forget(place);
    this.#served++;
    if (place.abandoned) {
      this.#servedForNobody++;
      this.#wasteOf(place);
    }
    this.#startNext();
    if (!place.abandoned) place.job.onEnding(ending);
  }

  #startNext(): void {
    for (const next of this.#line) {
      if (this.busy >= this.#settings.workers) return;
      this.#line.delete(next);
      this.#start(next);
    }
  }

  /** Whoever is served or waits loses the connection. */
  #crash(): void {
    const all = [...this.#working, ...this.#line];
    for (const place of all) {
      this.#forget(place);
      this.#wasteOf(place);
    }
    for (const { job, abandoned } of all) if (!abandoned) job.onEnding('connection_terminated');
  }

  #forget(place: Place): void {
    this.#countBusy();
    this.#time.cancel(place.work);
    this.#working.delete(place);
    this.#line.delete(place);
    this.#places.delete(place.job);
  }

  #wasteOf(place: Place): void {
    if (place.work !== null) this.#wastedMs += this.#time.now() - place.startedMs;
  }

  #fails(job: Job): boolean {
    return job.luck < (this.#phase().failing ?? this.#settings.failing);
  }

  #countBusy(): void {
    const now = this.#time.now();
    this.#busyMs += this.busy * (now - this.#busySinceMs);
    this.#busySinceMs = now;
  }

  #phase() {
    return this.#script.at(this.#time.now());
  }
}

/** Factor on the service times with so many requests inside. */
export function slownessAt(inside: number, { knee }: Pick<BackendSettings, 'knee'>): number {
  if (knee === null || inside <= knee.at) return 1;
  return 1 + knee.slope * (inside / knee.at - 1);
}
