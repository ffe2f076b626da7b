import type { PermitLimit, PermitSource } from '@spillway/core';

/** What a process hands over, and what it would like to have. */
export interface Transfers {
  /** Permits that the process before has from now on. */
  readonly toBefore: number;
  /** Permits that the process after has from now on. */
  readonly toAfter: number;
  /** Permits that this process asks the one after for. */
  readonly wanted: number;
}

type SharedSource = Pick<PermitSource, 'inFlight' | 'queued' | 'maxQueue'>;

/**
 * The part of a service's permits that this process may use while the one that it succeeds (before) or the one that
 * succeeds it (after) still has others. Together they never hold more than the limit, L:
 *
 * A process owns permits, and holds no more than it owns. The first one owns L, its successor none. Permits change
 * hands by messages that say "n more are yours". The giver gives only what it does not hold, and lowers its own limit
 * before it sends, so n permits on their way belong to nobody, and what all own and what is on its way is L forever.
 * When a process is gone, so is what it held, and its neighbour owns the rest.
 *
 * The queue of the process before is older, so its wishes come first: until they are fulfilled, no released permit
 * goes to a request that waits here. With a successor whose own limit is L', the sum is at most max(L, L'), and once
 * this process has heard of a lower L', at most L': the successor owns only what L' has beyond what is owned here.
 */
export class PermitShare {
  #limit: PermitLimit;
  #permits: SharedSource;
  /** Fixed once there is a successor: what it may use was computed from it. */
  #frozen = Infinity;
  /** The limit of the process that serves by now. */
  #most = Infinity;
  /** Owned by, or on their way to or from, the process before; null: there is none. */
  #before: number | null = null;
  #wantedBefore = 0;
  /** The same of the process after. */
  #after: number | null = null;

  constructor(limit: PermitLimit, permits: SharedSource) {
    this.#limit = limit;
    this.#permits = permits;
  }

  /** The service is another object after reloads that took it away and brought it back; it holds nothing yet. */
  moveTo(limit: PermitLimit, permits: SharedSource): void {
    if (limit === this.#limit) return;
    this.#limit = limit;
    this.#permits = permits;
    this.#apply();
  }

  /** The limit of all processes together. */
  get whole(): number {
    return Math.min(this.#frozen, this.#limit.whole);
  }

  /** The process before still owns all of its limit. */
  succeed(limitBefore: number): void {
    this.#before = limitBefore;
    this.#apply();
  }

  /** `permits` more are ours, from the process before, which would like to have `wanted` back. */
  fromBefore(permits: number, wanted: number): void {
    if (this.#before === null) return;
    this.#before = Math.max(0, this.#before - permits);
    this.#wantedBefore = wanted;
  }

  /** The process before is gone. */
  beforeIsGone(): void {
    this.#before = null;
    this.#wantedBefore = 0;
    this.#apply();
  }

  /**
   * There is a process after, which owns nothing yet; it is told `whole`. `given`: how much of what is free goes to it.
   */
  precede(given: 'all' | 'half' | 'none'): number {
    this.#frozen = this.whole;
    const free = Math.max(0, this.#owned - this.#permits.inFlight);
    this.#after = given === 'all' ? free : given === 'half' ? Math.floor(free / 2) : 0;
    this.#apply();
    return this.#after;
  }

  fromAfter(permits: number): void {
    if (this.#after !== null) this.#after = Math.max(0, this.#after - permits);
  }

  /** A younger process has this limit by now: it is kept here as well, whatever is owned. */
  keepTo(limit: number): void {
    this.#most = limit;
    this.#apply();
  }

  /** The process after is gone: it failed. */
  afterIsGone(): void {
    this.#most = Infinity;
    this.#after = null;
    this.#frozen = Infinity;
    this.#apply();
  }

  /**
   * What changes hands now. `idle`: connections that may bring one more request each; where there is no queue in which
   * it could wait until a permit has come back, some are kept for it. `afterHasService`: else it can do nothing with them.
   */
  balance(idle: number, afterHasService = true): Transfers {
    const { inFlight, queued, maxQueue } = this.#permits;
    const toBefore = Math.max(0, Math.min(this.#wantedBefore, this.#owned - inFlight));
    if (this.#before !== null) this.#before += toBefore;
    this.#wantedBefore -= toBefore;

    let toAfter = 0;
    let wanted = 0;
    if (this.#after !== null && afterHasService) {
      const { whole } = this;
      const spare = maxQueue === 0 ? Math.min(idle, Math.ceil(whole / 4)) : 0;
      const needed = Math.min(whole, inFlight + queued + this.#wantedBefore + spare);
      // Not one that it holds: it owns those.
      toAfter = Math.max(0, this.#owned - needed);
      wanted = Math.max(0, needed - this.#owned);
      this.#after += toAfter;
    }
    this.#apply();
    return { toBefore, toAfter, wanted };
  }

  get #owned(): number {
    return Math.max(0, this.whole - (this.#before ?? 0) - (this.#after ?? 0));
  }

  #apply(): void {
    const alone = this.#before === null && this.#after === null;
    const usable = Math.min(this.#most, Math.max(0, this.#owned - this.#wantedBefore));
    this.#limit.allow('share', alone ? Infinity : usable);
  }
}
