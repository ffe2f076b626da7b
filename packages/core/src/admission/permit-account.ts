import type { Lease } from '../lease-table.ts';
import { ClassShares, type PriorityClass } from './class-shares.ts';
import { FairClock } from './fair-clock.ts';
import { Flow } from './flow.ts';
import { Headroom } from './headroom.ts';
import { LeaseBook } from './lease-book.ts';
import { SampledClock } from './sampled-clock.ts';

/**
 * Whose the permits are: how many each class and flow holds, what it is charged for them, and what is
 * learned of the service when one comes back. As long as there are neither classes nor names, all is
 * nobody's, and only the leases and the service times are kept.
 */
export class PermitAccount {
  #shares: ClassShares;
  readonly fair = new FairClock();
  #nameless: readonly Flow[];
  readonly #time: { now(): number };
  readonly #leases: LeaseBook;
  readonly #headroom = new Headroom();
  readonly #clock: SampledClock;
  #limit: number;
  #mixed = false;

  constructor(options: {
    limit: number;
    classes: readonly PriorityClass[];
    time: { now(): number };
  }) {
    const { limit, classes, time } = options;
    this.#limit = limit;
    this.#time = time;
    this.#leases = new LeaseBook(limit);
    this.#clock = new SampledClock(time);
    this.#shares = new ClassShares(classes, limit);
    this.#nameless = classes.map(() => new Flow(''));
    if (classes.length > 1) this.mix();
  }

  get shares(): ClassShares {
    return this.#shares;
  }

  /** Those who ask in nobody's name: a flow a class. */
  get nameless(): readonly Flow[] {
    return this.#nameless;
  }

  /** Other classes from now on; permits stay with whoever holds them. `classOf`: the new index of an old class. */
  reclassify(classes: readonly PriorityClass[], classOf: (priority: number) => number): void {
    const [shares, nameless] = [this.#shares, this.#nameless];
    this.#shares = new ClassShares(classes, this.#limit);
    for (const [old, held] of shares.inFlight.entries())
      this.#shares.inFlight[classOf(old)]! += held;
    this.#leases.renumber(classOf);
    this.#nameless = classes.map((_, index) => {
      const known = nameless.find((_, old) => classOf(old) === index);
      return known ?? new Flow('');
    });
    if (classes.length > 1) this.mix();
  }

  get limit(): number {
    return this.#limit;
  }

  get held(): number {
    return this.#leases.held;
  }

  /** Below 0 after the limit was lowered. */
  get free(): number {
    return this.#limit - this.#leases.held;
  }

  /** Whether anybody has to be told from others. */
  get mixed(): boolean {
    return this.#mixed;
  }

  get inFlightByClass(): readonly number[] {
    return this.#mixed ? this.shares.inFlight : [this.#leases.held];
  }

  setLimit(limit: number): void {
    this.#leases.grow(limit);
    this.#limit = limit;
    this.shares.setLimit(limit);
  }

  /** From here on it is noted whose each permit is; those held by now are nobody's. */
  mix(): void {
    if (this.#mixed) return;
    this.#mixed = true;
    const flow = this.nameless[0]!;
    const { held } = this.#leases;
    flow.inFlight = held;
    this.shares.inFlight[0] = held;
    this.#headroom.take(flow, held);
    this.#leases.nameAll(flow);
  }

  /** A request came, whatever becomes of it. */
  ask(flow: Flow, now: number): void {
    this.#headroom.ask(flow, now);
  }

  /** Whether a free permit may go to the flow, for all that shorter ones need. */
  leavesHeadroom(flow: Flow, now: number): boolean {
    return !this.#mixed || this.free > this.#headroom.keptFrom(flow, this.#limit, now);
  }

  /** For nobody in particular, while nobody has a name. */
  takeNameless(): Lease {
    return this.#leases.takeNameless(this.#clock.sample());
  }

  take(flow: Flow, priority: number, now: number): Lease {
    if (!this.#mixed) return this.#leases.takeNameless(now);
    flow.inFlight++;
    this.shares.inFlight[priority]!++;
    this.#headroom.take(flow);
    const { service } = flow.service.count > 0 ? flow : this.nameless[0]!;
    const charged = this.fair.charge(flow, service.meanMs);
    return this.#leases.take(flow, priority, now, charged);
  }

  /**
   * Null: it is not held (any more). Else the instant, ms, or -1 when it was not needed and the clock not
   * read. `served`: the time since it was taken is a service time.
   */
  giveBack(lease: Lease, served: boolean): number | null {
    if (!this.#leases.giveBack(lease)) return null;
    if (this.#mixed) this.#forget(lease);
    const takenAt = this.#leases.takenAt(lease);
    if (takenAt < 0) return -1;
    const now = this.#time.now();
    this.#learn(lease, now - takenAt, served);
    return now;
  }

  /** The same permit under a new number; 0 when it is not held. */
  renew(lease: Lease): Lease {
    return this.#leases.renew(lease);
  }

  #forget(lease: Lease): void {
    const flow = this.#leases.flowOf(lease);
    flow.inFlight--;
    this.shares.inFlight[this.#leases.priorityOf(lease)]!--;
    this.#headroom.giveBack(flow);
  }

  #learn(lease: Lease, tookMs: number, served: boolean): void {
    const flow = this.#mixed ? this.#leases.flowOf(lease) : this.nameless[0]!;
    // What was abandoned took at least so long: that says something only where it is already longer.
    if (served || tookMs > flow.service.quantileMs(0.5)) flow.service.add(tookMs);
    this.#clock.pace(flow.service.meanMs);
    this.#headroom.reband(flow);
    if (this.#mixed) this.fair.correct(flow, this.#leases.chargedFor(lease), tookMs);
  }
}
