import { requireAtLeast, requireWhole } from './check-number.ts';
import { type Lease, LeaseTable, maxLeases, slotOf } from './lease-table.ts';
import { ProbeLeases } from './probe-leases.ts';
import type { TimeSource } from './time-source.ts';
import type { TripRule } from './trip-rule.ts';
import { type TripRuleName, tripRules } from './trip-rules.ts';

/** Permission for one attempt, to be settled once; 0: refused. */
export type Ticket = Lease;

/** Instants in ms of the TimeSource. An open breaker stays `open` past `until` until someone asks to pass. */
export type BreakerState =
  | { readonly name: 'closed' }
  | { readonly name: 'open'; readonly until: number }
  | { readonly name: 'half_open'; readonly since: number };

/** What an attempt says about the upstream; `ignored` says nothing (the client left, for one). */
export type BreakerResult = 'success' | 'failure' | 'ignored';

export type TransitionReason = 'failures' | 'open_time_over' | 'probe_failed' | 'probes_succeeded';

export interface BreakerOptions {
  /** Consecutive failures that open it; 0: it never opens. */
  threshold: number;
  openMs: number;
  /** Attempts admitted while half-open; all have to succeed. */
  probes: number;
  /** After this a probe without a result is taken for lost. */
  probeLeaseMs: number;
  time: Pick<TimeSource, 'now'>;
  rule?: TripRuleName;
  /** Called after the fact; one that throws disturbs nobody. */
  onTransition?: (from: BreakerState, to: BreakerState, reason: TransitionReason) => void;
}

const closed: BreakerState = Object.freeze({ name: 'closed' });

/**
 * Closed passes, open refuses, half-open probes. An attempt's result counts only in the state that let
 * it start: every transition begins a new generation, and results of older ones change nothing.
 */
export class Breaker {
  readonly #openMs: number;
  readonly #time: Pick<TimeSource, 'now'>;
  readonly #onTransition: BreakerOptions['onTransition'];
  readonly #rule: TripRule;
  readonly #probes: ProbeLeases;
  readonly #tickets = new LeaseTable(64);
  /** The breaker's generation at which each slot's ticket was issued. */
  #issuedIn = new Float64Array(64);
  #generation = 0;
  #state: BreakerState = closed;
  #openedTotal = 0;

  constructor(options: BreakerOptions) {
    const { threshold, openMs, probes, probeLeaseMs, time } = options;
    requireWhole('threshold', threshold, 0, Number.MAX_SAFE_INTEGER);
    requireAtLeast('openMs', openMs, 0);
    requireWhole('probes', probes, 1, 1024);
    requireAtLeast('probeLeaseMs', probeLeaseMs, Number.MIN_VALUE);
    if (probeLeaseMs === Infinity) throw new RangeError('probeLeaseMs must be finite');
    this.#openMs = openMs;
    this.#time = time;
    this.#onTransition = options.onTransition;
    this.#rule = tripRules[options.rule ?? 'consecutive_failures'](threshold);
    this.#probes = new ProbeLeases(probes, probeLeaseMs);
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Times it opened, re-openings by a failed probe included. */
  get openedTotal(): number {
    return this.#openedTotal;
  }

  get consecutiveFailures(): number {
    return this.#rule.consecutiveFailures;
  }

  /** ms until an attempt may go, by what is known now; 0 when one may go now. */
  retryInMs(): number {
    switch (this.#state.name) {
      case 'closed':
        return 0;
      case 'open':
        return Math.max(0, this.#state.until - this.#time.now());
      case 'half_open':
        return this.#probes.freeInMs(this.#time.now());
    }
  }

  /** Whether `acquire` would let an attempt go; takes nothing. */
  allows(): boolean {
    return this.retryInMs() === 0;
  }

  acquire(): Ticket {
    if (!this.allows()) return 0;
    switch (this.#state.name) {
      case 'closed':
        return this.#issue();
      case 'open':
        this.#enter({ name: 'half_open', since: this.#time.now() }, 'open_time_over');
        // Anew, because the observer of the transition may have taken the probe.
        return this.acquire();
      case 'half_open':
        return this.#issueProbe();
    }
  }

  /** False when the ticket was settled before, or is from before a transition, or its lease lapsed. */
  settle(ticket: Ticket, result: BreakerResult): boolean {
    if (!this.#tickets.giveBack(ticket)) return false;
    if (this.#issuedIn[slotOf(ticket)] !== this.#generation) return false;
    switch (this.#state.name) {
      case 'closed':
        this.#settleClosed(result);
        return true;
      case 'half_open':
        return this.#settleProbe(ticket, result);
      case 'open':
        return false;
    }
  }

  #settleClosed(result: BreakerResult): void {
    if (result === 'success') this.#rule.onSuccess();
    else if (result === 'failure' && this.#rule.onFailure()) this.#open('failures');
  }

  #settleProbe(ticket: Ticket, result: BreakerResult): boolean {
    if (!this.#probes.end(ticket, this.#time.now(), result === 'success')) return false;
    if (result === 'failure') {
      this.#rule.onFailure();
      this.#open('probe_failed');
    } else if (this.#probes.allSucceeded) {
      this.#rule.reset();
      this.#enter(closed, 'probes_succeeded');
    }
    return true;
  }

  #issue(): Ticket {
    if (this.#tickets.held === this.#tickets.capacity) this.#growTickets();
    const ticket = this.#tickets.take();
    if (ticket !== 0) this.#issuedIn[slotOf(ticket)] = this.#generation;
    return ticket;
  }

  #issueProbe(): Ticket {
    const ticket = this.#issue();
    if (ticket === 0) return 0;
    const lapsed = this.#probes.take(ticket, this.#time.now());
    // Its slot may be used again, so that probes that never settle do not pile up.
    this.#tickets.giveBack(lapsed);
    return ticket;
  }

  #growTickets(): void {
    const capacity = Math.min(this.#tickets.capacity * 2, maxLeases);
    this.#tickets.grow(capacity);
    const issuedIn = new Float64Array(capacity);
    issuedIn.set(this.#issuedIn);
    this.#issuedIn = issuedIn;
  }

  #open(reason: TransitionReason): void {
    this.#openedTotal++;
    this.#enter({ name: 'open', until: this.#time.now() + this.#openMs }, reason);
  }

  #enter(to: BreakerState, reason: TransitionReason): void {
    const from = this.#state;
    this.#state = to;
    this.#generation++;
    this.#probes.clear();
    try {
      this.#onTransition?.(from, to, reason);
    } catch {
      // An observer's failure is not the request's.
    }
  }
}
