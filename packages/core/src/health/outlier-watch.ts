import { TimeRing } from '../time/time-ring.ts';
import { ejectionMs, ejectionsHeld } from './ejection-time.ts';
import { failsMoreOften, isRunOfChance, type Tally } from './failure-gap.ts';
import type { OutlierOptions } from './outlier-options.ts';
import type { OutlierVerdict } from './outlier-verdict.ts';

export type EjectionReason = 'consecutive_failures' | 'failure_rate';

/** The target's side: what the detector asks, and what it says. */
export interface Watched {
  /** Whether it could serve, were it not ejected: breaker, health and drain together. Takes nothing. */
  canServe(): boolean;
  onEjected(reason: EjectionReason, forMs: number): void;
  /** Noticed when it is next asked about, by a pick or by `check`. */
  onReadmitted(): void;
}

/** What a watch has to know of its peers. */
export interface OutlierGroup {
  readonly options: OutlierOptions;
  mayEject(watch: OutlierWatch): boolean;
  /** Whether anybody else is left to serve. */
  anyPeerServes(watch: OutlierWatch): boolean;
  /** Adds the recent calls of all peers that are not ejected. */
  addPeers(watch: OutlierWatch, tally: Tally): void;
}

const buckets = 10;

/** One target as the outlier detector sees it. */
export class OutlierWatch {
  readonly #target: Watched;
  readonly #group: OutlierGroup;
  #calls: TimeRing;
  #failures: TimeRing;
  /** Failures in a row, and when the first of them ended. */
  #streak = 0;
  #streakSince = 0;
  /** Those that are still held against it. */
  #ejections = 0;
  #ejectedTotal = 0;
  /** 0 where it is not ejected. */
  #ejectedUntil = 0;
  /** Instant, ms; -Infinity before the first ejection. */
  #readmittedAt = -Infinity;
  #comparedAt = -Infinity;
  readonly #own: Tally = { calls: 0, failures: 0 };
  readonly #peers: Tally = { calls: 0, failures: 0 };

  constructor(target: Watched, group: OutlierGroup) {
    this.#target = target;
    this.#group = group;
    [this.#calls, this.#failures] = this.#rings();
  }

  /** When its last ejection ended, for slow start, ms; -Infinity where there was none. */
  get readmittedAt(): number {
    return this.#readmittedAt;
  }

  get ejectedTotal(): number {
    return this.#ejectedTotal;
  }

  /** Whether its latest result was a failure. */
  get isFailing(): boolean {
    return this.#streak > 0;
  }

  /** Whether it may be used: neither ejected nor out for another reason. */
  get serves(): boolean {
    return this.#ejectedUntil <= this.#group.options.time.now() && this.#target.canServe();
  }

  /** When all others are out of use, one that fails is better than none: then its ejection ends early. */
  ejected(): boolean {
    if (this.#ejectedUntil === 0) return false;
    const now = this.#group.options.time.now();
    if (now < this.#ejectedUntil && this.#group.anyPeerServes(this)) return true;
    this.#readmittedAt = Math.min(now, this.#ejectedUntil);
    this.#ejectedUntil = 0;
    this.#target.onReadmitted();
    return false;
  }

  /** How an attempt ended that began at `startedAt`, ms. */
  onResult(verdict: OutlierVerdict, startedAt: number): void {
    if (verdict === 'ignored') return;
    // What began before an ejection ended is of the time for which it was ejected.
    if (this.ejected() || startedAt < this.#readmittedAt) return;
    const now = this.#group.options.time.now();
    this.#calls.add();
    if (verdict === 'success') {
      // What had begun before it broke and is done only now says nothing of how it is.
      if (startedAt >= this.#streakSince) this.#streak = 0;
      return;
    }
    this.#failures.add();
    if (this.#streak === 0) this.#streakSince = now;
    this.#streak += 1;
    const reason = this.#reason(now);
    if (reason !== null) this.#eject(reason, now);
  }

  addTo(tally: Tally): void {
    const { outlierWindowMs } = this.#group.options;
    tally.calls += this.#calls.sum(outlierWindowMs);
    tally.failures += this.#failures.sum(outlierWindowMs);
  }

  #reason(now: number): EjectionReason | null {
    const { outlierFailures, outlierMinimumCalls, outlierWindowMs } = this.#group.options;
    const isRun = outlierFailures > 0 && this.#streak >= outlierFailures;
    // Comparing costs more with every peer, and one failure more changes little.
    const isTime = outlierMinimumCalls > 0 && now - this.#comparedAt >= outlierWindowMs / 100;
    if (!(isRun || isTime) || !this.#group.mayEject(this)) return null;

    const own = this.#own;
    const peers = this.#peers;
    own.calls = own.failures = peers.calls = peers.failures = 0;
    this.addTo(own);
    if (!isRun && own.calls < outlierMinimumCalls) return null;
    this.#comparedAt = now;
    this.#group.addPeers(this, peers);
    if (isRun && !isRunOfChance(this.#streak, peers)) return 'consecutive_failures';
    const isEnough = own.calls >= outlierMinimumCalls && peers.calls >= outlierMinimumCalls;
    return outlierMinimumCalls > 0 && isEnough && failsMoreOften(own, peers)
      ? 'failure_rate'
      : null;
  }

  #eject(reason: EjectionReason, now: number): void {
    const { options } = this.#group;
    this.#ejections = ejectionsHeld(options, this.#ejections, now - this.#readmittedAt) + 1;
    const forMs = ejectionMs(options, this.#ejections, options.random);
    this.#ejectedUntil = now + forMs;
    this.#ejectedTotal += 1;
    this.#streak = 0;
    this.#comparedAt = -Infinity;
    [this.#calls, this.#failures] = this.#rings();
    this.#target.onEjected(reason, forMs);
  }

  #rings(): [TimeRing, TimeRing] {
    const { outlierWindowMs, time } = this.#group.options;
    const options = { bucketMs: outlierWindowMs / buckets, buckets, time };
    return [new TimeRing(options), new TimeRing(options)];
  }
}
