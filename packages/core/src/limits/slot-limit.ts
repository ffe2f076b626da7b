import { requireAtLeast, requireWhole } from '../check-number.ts';
import { maxLeases } from '../lease-table.ts';
import { usedShare } from './aimd-step.ts';
import { CallOrder, slotNumbers } from './call-order.ts';
import type {
  ConcurrencyLimit,
  LimitChange,
  LimitReason,
  SampleOutcome,
} from './concurrency-limit.ts';
import { DropCount } from './drop-count.ts';
import { GrowthPayoff } from './growth-payoff.ts';
import type { LimitOptions } from './limit-options.ts';
import { MovingLimit } from './moving-limit.ts';
import { SlotEvidence } from './slot-evidence.ts';

/** Logarithms of likelihood: fewer slots are ruled out by calls answered too early, or else by the times alone. */
const [ruledOutByProof, ruledOut] = [3, 8];
/** A smaller number of slots is so much likelier than the limit: it goes down. */
const tooMany = 4;
/** From here on a larger number was seen to be too many. */
const doubtful = 4;
/** Above what is known to be there, while each step so far was a success, and usually. */
const [searchStep, usualStep] = [1.5, 1.2];
const stepsToSearch = 2;
/**
 * Where calls all take about as long, with no more spread than this, none is answered too early; but there a step up that is
 * too much shows in their times. It is tried where nothing speaks against the limit of now.
 */
const [littleSpread, agreeing] = [0.4, 2];
/** What is left at most of the limit in one step; and how far above the likeliest number of slots it comes to rest. */
const [steepest, headroom] = [0.5, 1.1];
/** Calls that count: a few service times. */
const [leastMemory, memoryPerSlot] = [24, 5];
/** Where steps up did no more work, calls per slot until the next one; each time twice as many. */
const [firstWait, longestWait] = [20, 640];
/** Of a refusal: a call that was cut after longer than the median may have been a long one, and no sign of a queue. */
const timeoutWeight = 0.1;
/** So few say nothing. */
const leastCalls = 5;

/**
 * Finds how many calls the backend works on, one after the other where they are few and long: from the order in which they
 * are answered and their ages (`SlotEvidence`), which takes a few service times, where windows of hundreds of calls would take hours.
 * It never goes further than half above the number that is proven.
 */
export class SlotLimit implements ConcurrencyLimit {
  readonly #min: number;
  readonly #max: number;
  readonly #order: CallOrder;
  readonly #evidence: SlotEvidence;
  readonly #drops = new DropCount();
  readonly #payoff: GrowthPayoff;
  readonly #shown: MovingLimit;
  #cap = Infinity;
  /** Calls per slot for which it stays where it is after steps up in vain. */
  #wait = firstWait;
  #calls = 0;
  /** Steps upwards since the last one down. */
  #steps = stepsToSearch;
  /** Since the limit moved. */
  #callsHere = 0;
  /** Calls until it may go up again. */
  #rest = 0;

  constructor({ initial, min, max }: LimitOptions, order = new CallOrder(slotNumbers(max))) {
    this.#min = requireWhole('min', min, 1, maxLeases);
    this.#max = requireWhole('max', max, min, maxLeases);
    const first = Math.max(min, Math.min(max, requireAtLeast('initial', initial, 1)));
    this.#shown = new MovingLimit(Math.floor(first));
    this.#payoff = new GrowthPayoff(this.limit);
    this.#order = order;
    this.#evidence = new SlotEvidence(order);
  }

  get limit(): number {
    return this.#shown.value;
  }

  get lastChange(): LimitChange | null {
    return this.#shown.lastChange;
  }

  onStart(startedAt: number): number {
    return this.#order.add(startedAt);
  }

  onHeld(call: number, until: number): void {
    this.#order.hold(call, until);
  }

  onFirstByte(call: number, now: number): boolean {
    const rank = this.#order.rankOf(call);
    return rank > 0 && this.#learn(rank, now);
  }

  onSample(
    startedAt: number,
    endedAt: number,
    inFlight: number,
    outcome: SampleOutcome,
    _flow = 0,
    call = -1,
  ): boolean {
    this.#order.sweep(endedAt);
    const rank = this.#order.rankOf(call);
    let moved = false;
    if (rank > 0 && outcome === 'success' && !this.#order.isSettled(rank)) {
      moved = this.#learn(rank, endedAt);
    }
    if (rank > 0) {
      this.#order.remove(rank, endedAt);
      if (outcome === 'success') moved = this.#weigh(endedAt, inFlight) || moved;
    }
    const medianMs = this.#evidence.medianMs(this.#candidateFor(this.limit));
    const weight = endedAt - startedAt > medianMs ? timeoutWeight : 1;
    const left = this.#drops.add(startedAt, endedAt, outcome, weight);
    if (left === 1) return moved;
    this.#pause();
    return this.#move(left * this.limit, 'drops', endedAt) || moved;
  }

  onStatedCapacity(capacity: number | null, now: number): boolean {
    this.#cap = capacity === null ? Infinity : requireWhole('capacity', capacity, 0, 2 ** 31);
    return capacity !== null && this.#move(capacity, 'stated', now);
  }

  /** Steps up that did no more work are taken back. */
  #weigh(now: number, inFlight: number): boolean {
    const before = this.#payoff.add(now, inFlight >= usedShare * this.limit);
    if (before === 0) return false;
    this.#steps = 0;
    this.#rest = this.#wait * before;
    this.#wait = Math.min(2 * this.#wait, longestWait);
    return this.#move(before, 'congestion', now);
  }

  #learn(rank: number, now: number): boolean {
    const memory = Math.max(leastMemory, memoryPerSlot * this.limit);
    this.#calls++;
    this.#callsHere++;
    this.#rest--;
    return this.#evidence.add(rank, now, memory) && this.#decide(now);
  }

  #decide(now: number): boolean {
    const { slots } = this.#order;
    const { limit } = this;
    const likeliest = this.#likeliestBelow(limit);
    const here = this.#evidence.scoreOf(this.#candidateFor(limit));
    if (likeliest >= 0 && this.#evidence.scoreOf(likeliest) - here >= tooMany) {
      if (this.#calls < leastCalls) return false;
      this.#pause();
      this.#evidence.soften(likeliest, doubtful);
      const lower = Math.max(steepest * limit, Math.round(headroom * slots[likeliest]!));
      return this.#move(Math.min(limit, lower), 'congestion', now);
    }
    if (this.#rest > 0 || this.#order.size < usedShare * limit) return false;
    const target = this.#target(limit);
    if (target <= limit) return false;
    this.#steps++;
    return this.#move(target, 'growth', now);
  }

  /** No more than what is proven allows, and not where it was seen to be too much. */
  #target(limit: number): number {
    const { slots } = this.#order;
    let proven = 0;
    while (proven < slots.length - 1 && this.#isRuledOut(proven)) proven++;
    const step = this.#steps >= stepsToSearch ? searchStep : usualStep;
    const from = this.#wouldShow(limit) ? limit : slots[proven]!;
    const most = Math.max(from + 1, Math.floor(from * step));
    const allowed = this.#payoff.mayGrowTo(most);
    let target = limit;
    for (let i = this.#candidateFor(limit); i < slots.length && target < allowed; i++) {
      if (this.#evidence.scoreOf(i) < -doubtful) break;
      target = Math.min(allowed, slots[i]!);
    }
    return target;
  }

  /** Whether one step up is worth a trial: nothing speaks against it, and if it were too much it would soon show. */
  #wouldShow(limit: number): boolean {
    const here = this.#candidateFor(limit);
    if (this.#callsHere < limit || this.#evidence.scoreOf(here) < -agreeing) return false;
    return this.#evidence.spreadOf(here) <= littleSpread;
  }

  #isRuledOut(candidate: number): boolean {
    const score = this.#evidence.scoreOf(candidate);
    if (score <= -ruledOut) return true;
    return score <= -ruledOutByProof && this.#evidence.proofAgainst(candidate) <= -ruledOutByProof;
  }

  /** -1: there are none. */
  #likeliestBelow(limit: number): number {
    const { slots } = this.#order;
    let best = -1;
    for (let i = 0; i < slots.length && slots[i]! < limit; i++) {
      if (best < 0 || this.#evidence.scoreOf(i) >= this.#evidence.scoreOf(best)) best = i;
    }
    return best;
  }

  #candidateFor(limit: number): number {
    const { slots } = this.#order;
    let i = 0;
    while (i < slots.length - 1 && slots[i]! < limit) i++;
    return i;
  }

  #pause(): void {
    this.#steps = 0;
    this.#rest = this.limit;
  }

  #move(limit: number, reason: LimitReason, now: number): boolean {
    const to = Math.max(this.#min, Math.min(this.#max, this.#cap, limit));
    if (!this.#shown.moveTo(to, reason, now)) return false;
    this.#callsHere = 0;
    this.#payoff.moved(to, now, this.#evidence.medianMs(this.#candidateFor(to)));
    return true;
  }
}
