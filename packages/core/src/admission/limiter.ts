import { requireAtLeast, requireWhole } from '../check-number.ts';
import { type Lease, maxLeases } from '../lease-table.ts';
import { TimerEntry, type TimerWheel } from '../time/timer-wheel.ts';
import { AbandonedLeases, requireHold } from './abandoned-leases.ts';
import { oneClass, type PriorityClass } from './class-shares.ts';
import { Flow } from './flow.ts';
import { FlowTable } from './flow-table.ts';
import { maxGroups } from './kind-flows.ts';
import { Lane } from './lane.ts';
import { LimiterNotifier } from './limiter-notifier.ts';
import type { LimiterOptions, LimiterRules } from './limiter-options.ts';
import { Line } from './line.ts';
import { PermitAccount } from './permit-account.ts';
import type { PermitSource } from './permit-source.ts';
import type { QueueOrder } from './queue-orders.ts';
import { canMakeIt, isHopeless, mayWaitMs } from './reachable.ts';
import type { ArrivalRefusal, Asker, RefusalReason, Waiter } from './wait-queue.ts';

const anybody: Asker = { deadline: Infinity, priority: 0, flow: null };

/** While waiters leave permits free for shorter calls, it is looked again so often whether they still must. */
const recheckMs = 100;

/**
 * At most `limit` permits at once and a bounded queue behind them. A permit is granted only when there
 * is capacity and nobody with a right to it waits; one given back goes straight to whoever is next. Call
 * backs may call any method here: their grants come after the one being made, in the queue's order.
 *
 * A permit stays free while somebody waits only when it is reserved for another class, or is headroom for
 * shorter calls that came within the last `memoryMs` of their band (2 s, or twenty of their service times).
 */
export class Limiter implements PermitSource {
  readonly #wheel: TimerWheel;
  /** What is measured here is measured by it; deadlines are the wheel's. */
  readonly #clock: { now(): number };
  #maxQueue: number;
  #order: QueueOrder;
  #maxPerFlow: number;
  readonly #notifier: LimiterNotifier;
  readonly #account: PermitAccount;
  readonly #abandoned: AbandonedLeases;
  #line: Line;
  readonly #flows: FlowTable;
  /** For groups of calls that take about as long: nobody's, and yet told apart. */
  readonly groupFlows: readonly Flow[] = Array.from({ length: maxGroups }, () => new Flow(''));
  readonly #recheck: Recheck;
  /** What the limit is once others, who have a part of it for a while, are gone: the pace of the line is measured at it. */
  #whole: number;
  #granting = false;
  #paused = false;
  #now = 0;

  constructor(options: LimiterOptions) {
    const { limit, wheel, classes = oneClass, maxPerFlow = Infinity, maxFlows = 4096 } = options;
    requireWhole('limit', limit, 0, maxLeases);
    this.#maxQueue = requireWhole('maxQueue', options.maxQueue, 0, Number.MAX_SAFE_INTEGER);
    this.#maxPerFlow = requireAtLeast('maxPerFlow', maxPerFlow, 1);
    this.#wheel = wheel;
    this.#clock = options.awake ?? wheel;
    this.#order = options.order ?? 'fifo';
    this.#notifier = new LimiterNotifier(options.hooks ?? {});
    this.#account = new PermitAccount({ limit, classes, time: this.#clock });
    this.#abandoned = new AbandonedLeases(wheel, (lease) => this.#takeBack(lease, false));
    this.#whole = limit;
    this.#line = this.#newLine();
    this.#flows = new FlowTable(maxFlows);
    this.#recheck = new Recheck(() => this.#serve(this.#clock.now()));
  }

  get maxQueue(): number {
    return this.#maxQueue;
  }

  get limit(): number {
    return this.#account.limit;
  }

  get inFlight(): number {
    return this.#account.held;
  }

  get queued(): number {
    return this.#line.size;
  }

  get available(): number {
    return Math.max(0, this.#account.free);
  }

  /**
   * Grants nothing while it is on: whoever comes waits, as far as the queue has room and for as long as each may. How long
   * that will be nobody knows, so that nobody is refused for it.
   */
  get paused(): boolean {
    return this.#paused;
  }

  set paused(paused: boolean) {
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (paused) return;
    // How long they waited says nothing about how fast the queue drains.
    const now = this.#clock.now();
    this.#reorder(this.#account.shares.classes, (priority) => priority, now);
    this.#serve(now);
  }

  /** Since the start, at arrival and after waiting. */
  get refusals(): Readonly<Record<RefusalReason, number>> {
    return this.#notifier.refusals;
  }

  /** Permits that wait out what was cancelled; part of `inFlight`. */
  get abandoned(): number {
    return this.#abandoned.held;
  }

  /** Keys known. */
  get flows(): number {
    return this.#flows.size;
  }

  get inFlightByClass(): readonly number[] {
    return this.#account.inFlightByClass;
  }

  /** Permits that no other class may take, at the limit of now. */
  get reservedByClass(): readonly number[] {
    return this.#account.shares.reserved;
  }

  get queuedByClass(): readonly number[] {
    return this.#line.queuedByClass;
  }

  /** The order by which most are served at the moment. */
  get orderInForce(): 'fifo' | 'lifo' {
    return this.#line.inForce(this.#laneOf(anybody));
  }

  /** How long one that came now would wait, ms; 0 when a permit is free for it, or nothing is known. */
  estimatedWaitMs(asker: Asker = anybody): number {
    return this.#estimateMs(this.#laneOf(asker), this.#clock.now());
  }

  flow(key: string): Flow {
    return this.#flows.get(key);
  }

  tryAcquire(asker: Asker = anybody): Lease {
    if (this.#account.free <= 0 || this.#paused) return 0;
    if (this.#account.mixed || asker.flow !== null || this.#line.size > 0)
      return this.#tryAcquireFor(asker);
    return this.#account.takeNameless();
  }

  enqueue(waiter: Waiter, timeoutMs: number): ArrivalRefusal | null {
    requireAtLeast('timeoutMs', timeoutMs, 0);
    if (waiter.waiting) throw new RangeError('the waiter waits already');
    const now = this.#clock.now();
    const lane = this.#laneOf(waiter);
    // Whose wait would be in vain hears it now.
    if (!this.#paused && this.#line.size > 0 && this.#estimateMs(lane, now) > timeoutMs) {
      this.#notifier.refusedAtArrival('deadline_unreachable');
      return 'deadline_unreachable';
    }
    this.#account.ask(lane.flow, now);
    const free = this.#isFree(lane, now);
    const refusal = this.#refusalOf(waiter, lane, free, now);
    const displaced = refusal === 'queue_full' ? this.#line.toDisplace(lane, this.#maxQueue) : null;
    if (refusal !== null && displaced === null) {
      this.#notifier.refusedAtArrival(refusal);
      if (refusal !== 'key_limit') this.#line.turnedAway(lane);
      return refusal;
    }
    if (displaced !== null) this.#turnAway(displaced, now);
    this.#join(waiter, lane, timeoutMs, now);
    // Only now that its place is taken: it may want to come back at once.
    if (displaced !== null) this.#notifier.refuse(displaced, 'displaced', now);
    this.#serve(now, lane, free ? waiter : null);
    if (waiter.waiting) this.#notifier.queued(this.#line.size);
    return null;
  }

  wait(waiter: Waiter, timeoutMs: number): boolean {
    return this.enqueue(waiter, timeoutMs) === null;
  }

  cancel(waiter: Waiter): boolean {
    if (waiter.queueRoom !== this) return false;
    this.#leave(waiter, this.#clock.now());
    if (this.#line.size === 0) this.#wheel.cancel(this.#recheck);
    return true;
  }

  release(lease: Lease): boolean {
    return this.#takeBack(lease, true);
  }

  abandon(lease: Lease, holdMs: number): boolean {
    requireHold(holdMs);
    if (holdMs === 0) return this.#takeBack(lease, false);
    const renewed = this.#account.renew(lease);
    if (renewed === 0) return false;
    this.#abandoned.hold(renewed, holdMs);
    return true;
  }

  setLimit(limit: number, whole = limit): void {
    requireWhole('limit', limit, 0, maxLeases);
    const from = this.limit;
    const wasShared = this.#isShared;
    this.#account.setLimit(limit);
    if (whole !== this.#whole) this.#line.setLimit(whole);
    this.#whole = whole;
    // While it was shared, permits came as the others left them over.
    if (wasShared && !this.#isShared) this.#line.forgetPace();
    if (limit === from) return;
    this.#notifier.limitChanged(from, limit);
    this.#serve(this.#clock.now());
  }

  /**
   * Other rules from now on, and for those who wait too: they keep the order in which they came and the time that they
   * may wait, also where the queue is shorter now; permits stay held. `classOf`: the new index of an old class.
   * What is known of how fast the queue drains is learned anew where order or classes change.
   */
  reconfigure(rules: LimiterRules, classOf: (priority: number) => number): void {
    const { order = 'fifo', classes = oneClass, maxPerFlow = Infinity } = rules;
    this.#maxQueue = requireWhole('maxQueue', rules.maxQueue, 0, Number.MAX_SAFE_INTEGER);
    this.#maxPerFlow = requireAtLeast('maxPerFlow', maxPerFlow, 1);
    const now = this.#clock.now();
    const { classes: before } = this.#account.shares;
    const renumbered = before.some((_, priority) => classOf(priority) !== priority);
    if (order !== this.#order || renumbered || !sameClasses(classes, before)) {
      this.#order = order;
      this.#reorder(classes, classOf, now);
    }
    this.#serve(now);
  }

  flush(): number {
    // All leave before the first is told: one that comes back at once is not flushed again.
    const flushed: Waiter[] = [];
    const now = this.#clock.now();
    for (let lane = this.#line.lanes[0]; lane !== undefined; lane = this.#line.lanes[0]) {
      const waiter = lane.queue.oldest as Waiter;
      this.#leave(waiter, now);
      flushed.push(waiter);
    }
    this.#wheel.cancel(this.#recheck);
    for (const waiter of flushed) this.#notifier.refuse(waiter, 'flushed', now);
    return flushed.length;
  }

  /** @internal The wheel calls it through the waiter. */
  expire(waiter: Waiter): void {
    const now = this.#clock.now();
    this.#line.turnedAway(waiter.queueLane!);
    this.#leave(waiter, now);
    if (this.#line.size === 0) this.#wheel.cancel(this.#recheck);
    this.#notifier.refuse(waiter, waiter.queueEnd, now);
  }

  #newLine(): Line {
    return new Line({
      shares: this.#account.shares,
      clock: this.#account.fair,
      limit: this.#whole,
      adaptive: this.#order === 'adaptive',
    });
  }

  /** All leave their lanes and join those of the new classes, the one that came first first. */
  #reorder(
    classes: readonly PriorityClass[],
    classOf: (priority: number) => number,
    now: number,
  ): void {
    const waiters: Waiter[] = [];
    for (let lane = this.#line.lanes[0]; lane !== undefined; lane = this.#line.lanes[0]) {
      const waiter = lane.queue.oldest as Waiter;
      lane.remove(waiter, now);
      this.#line.left(lane, now);
      waiters.push(waiter);
    }
    for (const flow of [...this.#flows, ...this.groupFlows, ...this.#account.nameless]) {
      flow.lanes.length = 0;
    }
    this.#account.reclassify(classes, classOf);
    this.#line = this.#newLine();
    for (const waiter of waiters.sort((a, b) => a.queuedAt - b.queuedAt)) {
      waiter.priority = classOf(waiter.priority);
      const lane = this.#laneOf(waiter);
      waiter.queueLane = lane;
      lane.push(waiter, now);
      this.#line.joined(lane, now);
    }
  }

  #tryAcquireFor(asker: Asker): Lease {
    const lane = this.#laneOf(asker);
    const { flow, priority } = lane;
    const now = this.#clock.now();
    if (this.#atCap(flow) || !this.#isFree(lane, now)) return 0;
    this.#account.ask(flow, now);
    return this.#account.take(flow, priority, now);
  }

  /** Whether one of this lane could have a permit now; none of those ahead of it can. */
  #isFree({ queue, flow, priority }: Lane, now: number): boolean {
    if (this.#paused || queue.size > 0 || (this.#granting && this.#line.size > 0)) return false;
    const { shares, free } = this.#account;
    return shares.mayTake(priority, free) && this.#account.leavesHeadroom(flow, now);
  }

  #estimateMs(lane: Lane, now: number): number {
    return this.#isShared || this.#isFree(lane, now) ? 0 : this.#line.estimateMs(lane, now);
  }

  /** Others have a part of the limit: when that comes back is not known, and it may be soon. */
  get #isShared(): boolean {
    return this.limit < this.#whole;
  }

  readonly #leavesHeadroom = (flow: Flow): boolean => this.#account.leavesHeadroom(flow, this.#now);

  #refusalOf(waiter: Waiter, lane: Lane, free: boolean, now: number): ArrivalRefusal | null {
    if (this.#atCap(lane.flow)) return 'key_limit';
    // What is free is granted whatever the estimate says: it is how estimates learn that things are well again.
    if (free) return null;
    if (this.#paused) return this.#line.size < this.#maxQueue ? null : 'queue_full';
    const waitMs = this.#estimateMs(lane, now);
    if (isHopeless(this.#leftMs(waiter), waitMs, lane.flow)) return 'deadline_unreachable';
    return this.#line.size < this.#maxQueue ? null : 'queue_full';
  }

  #atCap(flow: Flow): boolean {
    if (this.#maxPerFlow === Infinity || flow.key === '') return false;
    return flow.inFlight + flow.waiting >= this.#maxPerFlow;
  }

  #laneOf({ flow: named, priority }: Asker): Lane {
    const nameless = this.#account.nameless[priority];
    if (nameless === undefined) throw new RangeError(`there is no class ${priority}`);
    if (named !== null) this.#account.mix();
    const flow = named ?? nameless;
    const known = flow.lanes[priority];
    // A request keeps its flow between two attempts though the table has dropped it, and with it a lane of before.
    if (known !== undefined && known.order === this.#order) {
      known.setLimit(this.#whole);
      return known;
    }
    const lane = new Lane(flow, priority, this.#order, this.#whole);
    flow.lanes[priority] = lane;
    return lane;
  }

  #join(waiter: Waiter, lane: Lane, timeoutMs: number, now: number): void {
    waiter.queueRoom = this;
    waiter.queueLane = lane;
    waiter.queuedAt = now;
    lane.push(waiter, now);
    this.#line.joined(lane, now);
    const leftMs = this.#leftMs(waiter);
    const reachableMs = this.#paused ? leftMs : mayWaitMs(leftMs, lane.flow);
    waiter.queueEnd = reachableMs < timeoutMs ? 'deadline_unreachable' : 'queue_timeout';
    this.#wheel.schedule(waiter, Math.min(timeoutMs, reachableMs));
  }

  /** To its deadline. */
  #leftMs({ deadline }: Waiter): number {
    return deadline === Infinity ? Infinity : deadline - this.#wheel.now();
  }

  /** `served`: the time it took is a service time. */
  #takeBack(lease: Lease, served: boolean): boolean {
    const now = this.#account.giveBack(lease, served);
    if (now === null) return false;
    if (this.#line.size === 0) return true;
    const at = now >= 0 ? now : this.#clock.now();
    // Above a limit that was lowered: the line stands still, and yet the backend does not.
    if (this.#account.free <= 0) this.#line.waitsForLimit(at);
    else this.#serve(at);
    return true;
  }

  /**
   * Hands free permits to the line, after those have left who wait for too long in the lane just joined.
   * What a call back frees meanwhile is handed on by this same loop and not inside the call back: the
   * stack stays flat, and nobody is told before those ahead of it.
   */
  #serve(now: number, joined: Lane | null = null, arriving: Waiter | null = null): void {
    if (this.#granting || this.#paused) return;
    this.#granting = true;
    try {
      while (joined !== null && this.#dropOverdue(joined, now));
      while (this.#account.free > 0 && this.#serveOne(now, arriving));
    } finally {
      this.#granting = false;
    }
    const blocked = this.#line.size > 0 && this.#account.free > 0;
    if (!blocked) this.#wheel.cancel(this.#recheck);
    else if (!this.#recheck.scheduled) this.#wheel.schedule(this.#recheck, recheckMs);
  }

  /** False when nobody may take a permit. */
  #serveOne(now: number, arriving: Waiter | null): boolean {
    this.#now = now;
    const lane = this.#line.next(this.#account.free, this.#leavesHeadroom);
    if (lane === null) return false;
    if (this.#dropOverdue(lane, now)) return true;
    const waiter = lane.next() as Waiter;
    const inTime = waiter === arriving || canMakeIt(this.#leftMs(waiter), lane.flow);
    if (inTime) this.#line.served(lane, now);
    else lane.changed(now);
    this.#settle(waiter, now);
    if (!inTime) {
      this.#notifier.refuse(waiter, 'deadline_unreachable', now);
      return true;
    }
    const lease = this.#account.take(lane.flow, lane.priority, now);
    // Nobody is left to release it. If the waiter did before it threw, this changes nothing.
    if (!this.#notifier.grant(waiter, lease, now)) this.#takeBack(lease, false);
    return true;
  }

  #dropOverdue(lane: Lane, now: number): boolean {
    const waiter = this.#line.overdue(lane, now);
    if (waiter === null) return false;
    this.#turnAway(waiter, now);
    this.#notifier.refuse(waiter, 'overloaded', now);
    return true;
  }

  /** Takes the waiter out because there is no room for all; it is still to be told. */
  #turnAway(waiter: Waiter, now: number): void {
    this.#line.turnedAway(waiter.queueLane!);
    this.#leave(waiter, now);
  }

  #leave(waiter: Waiter, now: number): void {
    waiter.queueLane!.remove(waiter, now);
    this.#settle(waiter, now);
  }

  /** To be called once the waiter has left its lane. */
  #settle(waiter: Waiter, now: number): void {
    this.#line.left(waiter.queueLane!, now);
    waiter.queueRoom = null;
    waiter.queueLane = null;
    this.#wheel.cancel(waiter);
  }
}

const sameClasses = (one: readonly PriorityClass[], other: readonly PriorityClass[]): boolean =>
  one.length === other.length &&
  one.every(
    ({ reservedShare, precedence }, i) =>
      reservedShare === other[i]!.reservedShare && precedence === other[i]!.precedence,
  );

class Recheck extends TimerEntry {
  override readonly onExpire: () => void;

  constructor(onExpire: () => void) {
    super();
    this.onExpire = onExpire;
  }
}
