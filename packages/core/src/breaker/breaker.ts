import { requireAtLeast, requireWhole } from '../check-number.ts';
import { slotOf } from '../lease-table.ts';
import type { Random, TimeSource } from '../time/time-source.ts';
import { type AdmissionRamp, checkRamp, rampShare } from './admission-ramp.ts';
import { BreakerTickets, type Ticket } from './breaker-tickets.ts';
import { CallAges } from './call-ages.ts';
import type { ConsecutiveFailures } from './consecutive-failures.ts';
import { checkOpenTime, grownOpenTimeMs, type OpenTimeOptions, openTimeMs } from './open-time.ts';
import { ProbeLeases } from './probe-leases.ts';
import type { TripRule } from './trip-rule.ts';
import { type TripRuleName, type TripRuleOptions, tripRules } from './trip-rules.ts';

/** Instants in ms of the TimeSource. An open breaker stays `open` past `until` until someone asks to pass. */
export type BreakerState =
  | { readonly name: 'closed' }
  | { readonly name: 'open'; readonly until: number }
  | { readonly name: 'half_open'; readonly since: number };

/** What an attempt says about the upstream; `ignored` says nothing (the client left, for one). */
export type BreakerResult = 'success' | 'failure' | 'ignored';

/** The rule that opened it, or what else happened. */
export type TransitionReason =
  | TripRuleName
  | 'open_time_over'
  | 'probe_failed'
  | 'probes_succeeded';

/** Why a new request may not come in; `ramp`: it has closed a moment ago, and takes only a part. */
export type BreakerRefusal = 'open' | 'half_open' | 'ramp';

export interface BreakerOptions extends OpenTimeOptions {
  /** Consecutive failures that open it; 0: they never do. */
  threshold: number;
  /** Further rules; the first that has enough opens it. */
  rules?: Partial<Omit<TripRuleOptions, 'consecutive_failures'>>;
  /** Attempts admitted while half-open; all have to succeed. */
  probes: number;
  /** After this a probe without a result is taken for lost. */
  probeLeaseMs: number;
  /** How requests come back after closing; all at once without it. */
  ramp?: AdmissionRamp;
  time: Pick<TimeSource, 'now'>;
  /** For the jitter and the ramp. */
  random?: Random;
  /** Called after the fact; one that throws disturbs nobody. */
  onTransition?: (from: BreakerState, to: BreakerState, reason: TransitionReason) => void;
}

interface NamedRule {
  readonly name: TripRuleName;
  readonly rule: TripRule;
}

const closed: BreakerState = Object.freeze({ name: 'closed' });

/**
 * Closed passes, open refuses, half-open probes. An attempt's result counts only in the state that let
 * it start: every transition begins a new generation, and results of older ones change nothing.
 */
export class Breaker {
  #options: BreakerOptions;
  readonly #time: Pick<TimeSource, 'now'>;
  readonly #random: Random;
  #ramp: AdmissionRamp | null = null;
  #consecutive: ConsecutiveFailures;
  #rules: readonly NamedRule[] = [];
  #slowMs = Infinity;
  #ages: CallAges | null = null;
  #probes: ProbeLeases;
  readonly #tickets = new BreakerTickets();
  #state: BreakerState = closed;
  #openedTotal = 0;
  #closedTotal = 0;
  /** Openings in a row that did not help. */
  #reopenings = -1;
  #closedAt = -Infinity;
  /** The upstream wants to be left alone until then. */
  #retryAt = -Infinity;

  constructor(options: BreakerOptions) {
    checkOptions(options);
    this.#options = options;
    this.#time = options.time;
    this.#random = options.random ?? Math.random;
    this.#consecutive = tripRules.consecutive_failures(options);
    this.#probes = new ProbeLeases(options.probes, options.probeLeaseMs);
    this.#applyRules();
  }

  /**
   * Other options from now on, but for clock and chance: it stays open or closed as it is, with its failures in a row. A
   * probe under way and a time open that has begun end by the options with which they began; rates are counted anew.
   * The same options again change nothing, or a slow failure would never count where reloads come often.
   */
  reconfigure(options: Omit<BreakerOptions, 'time' | 'random' | 'onTransition'>): void {
    const { time, random, onTransition } = this.#options;
    const merged = {
      ...options,
      time,
      ...(random && { random }),
      ...(onTransition && { onTransition }),
    };
    checkOptions(merged);
    if (sameOptions(merged, this.#options)) return;
    const { failures } = this.#consecutive;
    this.#options = merged;
    this.#consecutive = tripRules.consecutive_failures(options);
    this.#consecutive.failures = failures;
    this.#applyRules();
    // What is under way has no age in the new rules' eyes.
    if (this.#state.name === 'closed') this.#tickets.expireAll();
  }

  #applyRules(): void {
    const { ramp, rules = {}, time } = this.#options;
    this.#ramp = ramp ?? null;
    this.#rules = [
      { name: 'consecutive_failures', rule: this.#consecutive },
      ...furtherRules(rules, time),
    ];
    this.#slowMs = rules.slow_call_rate?.slowMs ?? Infinity;
    this.#ages = this.#slowMs < Infinity ? new CallAges() : null;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Times it opened, re-openings by a failed probe included. */
  get openedTotal(): number {
    return this.#openedTotal;
  }

  /** Times that its probes closed it again. */
  get closedTotal(): number {
    return this.#closedTotal;
  }

  get consecutiveFailures(): number {
    return this.#consecutive.failures;
  }

  /** Share of new requests that come in while it is closed: below 1 for a while after closing. */
  get rampShare(): number {
    return rampShare(this.#ramp, this.#time.now() - this.#closedAt);
  }

  /**
   * When to ask again, in ms; 0 when an attempt may go now. A probe has mostly ended long before its
   * lease: while half-open it is the time open at most.
   */
  retryInMs(): number {
    const waitMs = this.#waitMs();
    if (waitMs === 0 || this.#state.name !== 'half_open') return waitMs;
    return Math.min(waitMs, grownOpenTimeMs(this.#options, this.#reopenings));
  }

  /** Whether `acquire` would let an attempt go; takes nothing. */
  allows(): boolean {
    return this.#waitMs() === 0;
  }

  /**
   * Why a new request may not come in; null when it may. While the ramp is on this draws a number: ask
   * once a request, when it arrives. `acquire` doesn't ask again: who has waited in line is let through.
   */
  refusal(): BreakerRefusal | null {
    if (!this.allows()) return this.#state.name === 'open' ? 'open' : 'half_open';
    if (this.#ramp === null || this.#state.name !== 'closed') return null;
    const share = this.rampShare;
    return share < 1 && this.#random() >= share ? 'ramp' : null;
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

  /** The upstream has answered: from now on the attempt grows no older. Long streams aren't slow calls. */
  answered(ticket: Ticket): void {
    this.check();
    if (this.#tickets.isCurrent(ticket)) this.#ages?.answer(slotOf(ticket));
  }

  /**
   * False when the ticket was settled before, or is from before a transition, or its lease lapsed.
   * `retryAfterMs`: for how long the upstream asked to be left alone, with a failure.
   */
  settle(ticket: Ticket, result: BreakerResult, retryAfterMs = 0): boolean {
    this.check();
    if (!this.#tickets.giveBack(ticket)) return false;
    const now = this.#time.now();
    const wasSlow = this.#ages?.end(slotOf(ticket), now - this.#slowMs) ?? false;
    switch (this.#state.name) {
      case 'open':
        return false;
      case 'half_open':
        if (!this.#probes.end(ticket, now, result === 'success' && !wasSlow)) return false;
        break;
    }
    if (result === 'failure') this.#retryAt = Math.max(this.#retryAt, now + retryAfterMs);
    if (this.#state.name === 'closed') {
      if (result !== 'ignored') this.#hearEnd(result === 'failure', wasSlow);
    } else {
      this.#settleProbe(result === 'success' && wasSlow ? 'failure' : result);
    }
    return true;
  }

  /** Looks for calls that have become slow. Every question does so: only needed when nobody asks. */
  check(): void {
    if (this.#ages === null || this.#state.name !== 'closed') return;
    const startedBy = this.#time.now() - this.#slowMs;
    while (this.#ages.takeStartedBy(startedBy)) this.#hearSlow();
  }

  /** Until an attempt may go though nothing else happens. */
  #waitMs(): number {
    this.check();
    switch (this.#state.name) {
      case 'closed':
        return 0;
      case 'open':
        return Math.max(0, this.#state.until - this.#time.now());
      case 'half_open':
        return this.#probes.freeInMs(this.#time.now());
    }
  }

  #hearEnd(failed: boolean, wasSlow: boolean): void {
    // By index: this is every request's way, and allocates nothing.
    for (let i = 0; i < this.#rules.length; i++) {
      const { name, rule } = this.#rules[i]!;
      if (!rule.onEnd(failed, wasSlow)) continue;
      this.#trip(name);
      return;
    }
  }

  #hearSlow(): void {
    const tripped = this.#rules.find(({ rule }) => rule.onSlow());
    if (tripped) this.#trip(tripped.name);
  }

  #trip(name: TripRuleName): void {
    // What trips right after closing was not over.
    const flapped = this.#time.now() - this.#closedAt < this.#options.openMs;
    if (!flapped) this.#reopenings = -1;
    this.#open(name);
  }

  #settleProbe(result: BreakerResult): void {
    if (result === 'failure') {
      this.#consecutive.onEnd(true);
      this.#open('probe_failed');
    } else if (this.#probes.allSucceeded) {
      for (const { rule } of this.#rules) rule.reset();
      this.#closedTotal++;
      this.#closedAt = this.#time.now();
      this.#enter(closed, 'probes_succeeded');
    }
  }

  #issue(): Ticket {
    const ticket = this.#tickets.issue();
    if (ticket !== 0) this.#ages?.start(slotOf(ticket), this.#time.now());
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

  #open(reason: TransitionReason): void {
    this.#openedTotal++;
    this.#reopenings++;
    const now = this.#time.now();
    const wantedMs = this.#retryAt - now;
    const openMs = openTimeMs(this.#options, this.#reopenings, wantedMs, this.#random);
    this.#retryAt = -Infinity;
    this.#enter({ name: 'open', until: now + openMs }, reason);
  }

  #enter(to: BreakerState, reason: TransitionReason): void {
    const from = this.#state;
    this.#state = to;
    this.#tickets.expireAll();
    this.#probes = new ProbeLeases(this.#options.probes, this.#options.probeLeaseMs);
    this.#ages?.clear();
    try {
      this.#options.onTransition?.(from, to, reason);
    } catch {
      // An observer's failure is not the request's.
    }
  }
}

const sameOptions = (one: BreakerOptions, other: BreakerOptions): boolean =>
  numbersOf(one) === numbersOf(other);

/** All but clock, chance and observer, which stay. */
const numbersOf = (options: BreakerOptions): string => {
  const { time: _, random: __, onTransition: ___, ...numbers } = options;
  return JSON.stringify(numbers, (_key, value) => (value === Infinity ? 'Infinity' : value));
};

function checkOptions(options: BreakerOptions): void {
  checkOpenTime(options);
  if (options.ramp) checkRamp(options.ramp);
  requireWhole('probes', options.probes, 1, 1024);
  requireAtLeast('probeLeaseMs', options.probeLeaseMs, Number.MIN_VALUE);
  if (options.probeLeaseMs === Infinity) throw new RangeError('probeLeaseMs must be finite');
}

const furtherRules = (
  { failure_rate, slow_call_rate }: NonNullable<BreakerOptions['rules']>,
  time: Pick<TimeSource, 'now'>,
): NamedRule[] => {
  const rules: NamedRule[] = [];
  if (failure_rate) {
    rules.push({ name: 'failure_rate', rule: tripRules.failure_rate(failure_rate, time) });
  }
  if (slow_call_rate) {
    rules.push({ name: 'slow_call_rate', rule: tripRules.slow_call_rate(slow_call_rate, time) });
  }
  return rules;
};
