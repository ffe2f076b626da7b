import {
  type Balancer,
  hasRoom,
  type OutlierDetector,
  type Ticket,
  type Tried,
  targetPlaces,
  whyNoTarget,
} from '@spillway/core';
import { systemTime } from '../../system/system-time.ts';
import { type BalanceSettings, makeBalancer, makeOutlierDetector } from './balance.ts';
import type { Upstream } from './upstream.ts';

/** An upstream with the breaker's ticket for one attempt at it. */
export interface PickedTarget {
  readonly upstream: Upstream;
  readonly ticket: Ticket;
}

/** The targets of a service: which of them gets a request, and which come and go. */
export class Upstreams {
  #settings: BalanceSettings;
  #all: readonly Upstream[] = [];
  #balancer: Balancer<Upstream>;
  #outliers: OutlierDetector;
  /** No targets any more, with requests that are not over. */
  readonly #leaving = new Map<string, Upstream>();
  #limited = false;

  constructor(settings: BalanceSettings) {
    this.#settings = settings;
    this.#balancer = makeBalancer([], settings);
    this.#outliers = makeOutlierDetector(settings);
  }

  /** Those in force. */
  get all(): readonly Upstream[] {
    return this.#all;
  }

  /** With those that are leaving. */
  get known(): readonly Upstream[] {
    return this.#leaving.size === 0 ? this.#all : [...this.#all, ...this.#leaving.values()];
  }

  get outliers(): OutlierDetector {
    return this.#outliers;
  }

  /** One that was or is a target. */
  find(origin: string): Upstream | undefined {
    return this.#leaving.get(origin) ?? this.#all.find((upstream) => upstream.origin === origin);
  }

  /** Those that are no longer among them take no more requests, and close with their last one. */
  replace(all: readonly Upstream[]): void {
    for (const upstream of this.#all) {
      if (all.includes(upstream)) continue;
      upstream.leave();
      this.#leaving.set(upstream.origin, upstream);
    }
    for (const upstream of all) {
      if (this.#leaving.delete(upstream.origin)) upstream.rejoin();
    }
    this.#all = all;
    for (const upstream of all) {
      upstream.preferred = all.filter(({ rank }) => rank < upstream.rank);
    }
    this.#balancer = makeBalancer(all, this.#settings);
    this.targetsChanged();
    for (const upstream of this.#leaving.values()) this.closeIfDone(upstream);
  }

  /** Weights and limits of some are others now. */
  targetsChanged(): void {
    this.#limited = this.#all.some(({ ownLimit }) => ownLimit !== Infinity);
    this.#balancer = makeBalancer(this.#all, this.#settings);
  }

  /** Other rules of choosing; ejections by the old ones end. */
  reconfigure(settings: BalanceSettings): void {
    this.#settings = settings;
    this.#balancer = makeBalancer(this.#all, settings);
    this.#outliers = makeOutlierDetector(settings);
    for (const upstream of this.#all) upstream.watchBy(this.#outliers);
  }

  /** One of its requests is over: was it the last one? */
  closeIfDone(upstream: Upstream): void {
    if (!upstream.leaving || upstream.active > 0) return;
    this.#leaving.delete(upstream.origin);
    upstream.close();
  }

  /** Whether any target has a limit of its own. */
  get limited(): boolean {
    return this.#limited;
  }

  /** The most requests that they take together; Infinity where none has a limit of its own. */
  get places(): number {
    if (!this.#limited) return Infinity;
    let places = targetPlaces(this.#all);
    // They hold permits too, which must not be missing at the others.
    for (const { active } of this.#leaving.values()) places += active;
    return places;
  }

  /** Whether any target may be used now; takes nothing. */
  allow(): boolean {
    return this.#all.some((upstream) => upstream.available());
  }

  /**
   * As `allow`, once for a new request: a breaker that has closed a moment ago lets in only a part. The others
   * then make up for it.
   */
  admits(): boolean {
    return this.#all.some((upstream) => upstream.admits());
  }

  /** Share of the new requests that `admits` lets in, where a breaker is closed; else 1: no ramp is on. */
  get rampShare(): number {
    const closed = this.#all.filter(({ breaker }) => breaker.state.name === 'closed');
    if (closed.length === 0) return 1;
    return 1 - closed.reduce((refused, { breaker }) => refused * (1 - breaker.rampShare), 1);
  }

  /**
   * Takes a breaker ticket that the caller settles; null: see `whyNone`. `last`: the attempt that this one
   * follows. `key`: what `--balance hash` keeps together.
   */
  pick(last: Tried<Upstream> | null, key: string | null): PickedTarget | null {
    const upstream = this.#choose(last, key);
    if (upstream === null) return null;
    const ticket = upstream.breaker.acquire();
    return ticket === 0 ? null : { upstream, ticket };
  }

  /** A place will be freed, or none of them may be used. */
  whyNone(): 'all_at_limit' | 'all_unavailable' {
    return whyNoTarget(this.#all);
  }

  /** All of them are down by their health checks. */
  get allDown(): boolean {
    return this.#all.length > 0 && this.#all.every(({ isUp }) => !isUp);
  }

  /** Shortest time in ms until a breaker lets a probe through, or a target that is down is checked again. */
  retryInMs(): number {
    return Math.min(
      ...this.#all.map(({ breaker, health, isUp }) =>
        isUp ? breaker.retryInMs() : (health?.everyMs ?? 0),
      ),
    );
  }

  /** Opens the breakers whose calls have become slow. Every question does so: only needed when nobody asks. */
  check(): void {
    for (const { breaker } of this.#all) breaker.check();
  }

  close(): void {
    for (const upstream of this.known) upstream.close();
  }

  #choose(last: Tried<Upstream> | null, key: string | null): Upstream | null {
    const only = this.#all[0];
    if (only !== undefined && this.#all.length === 1) return hasRoom(only) ? only : null;
    return this.#balancer.pick(systemTime.now(), last, key);
  }
}
