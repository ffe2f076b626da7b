import type { ClassShares } from './class-shares.ts';
import type { FairClock } from './fair-clock.ts';
import type { Flow } from './flow.ts';
import type { Lane } from './lane.ts';
import type { Waiter } from './wait-queue.ts';

/**
 * Everybody who waits, in lanes by class and flow. Choosing looks at each lane with waiters once:
 * a flow's charge changes while it waits, which a heap would not forgive.
 */
export class Line {
  readonly queuedByClass: number[];
  readonly #lanes: Lane[] = [];
  readonly #shares: ClassShares;
  readonly #clock: FairClock;
  #size = 0;

  constructor(shares: ClassShares, clock: FairClock) {
    this.#shares = shares;
    this.#clock = clock;
    this.queuedByClass = shares.classes.map(() => 0);
  }

  get size(): number {
    return this.#size;
  }

  /** Lanes with waiters. */
  get lanes(): readonly Lane[] {
    return this.#lanes;
  }

  /** To be called once the waiter stands in its lane. */
  joined(lane: Lane): void {
    this.#size++;
    this.queuedByClass[lane.priority]!++;
    lane.flow.waiting++;
    if (lane.place >= 0) return;
    lane.place = this.#lanes.length;
    this.#lanes.push(lane);
  }

  /** To be called once a waiter has left its lane. */
  left(lane: Lane): void {
    this.#size--;
    this.queuedByClass[lane.priority]!--;
    lane.flow.waiting--;
    if (lane.queue.size > 0) return;
    const last = this.#lanes.pop()!;
    if (last !== lane) {
      this.#lanes[lane.place] = last;
      last.place = lane.place;
    }
    lane.place = -1;
  }

  /**
   * The lane to be served next out of `free` permits, among those that may take one: first the classes
   * that hold less than is reserved for them, then by precedence, then the flow that has used least.
   */
  next(free: number, mayTake: (flow: Flow) => boolean): Lane | null {
    let best: Lane | null = null;
    for (const lane of this.#lanes) {
      if (best !== null && !this.#goesBefore(lane, best)) continue;
      if (this.#shares.mayTake(lane.priority, free) && mayTake(lane.flow)) best = lane;
    }
    return best;
  }

  /**
   * Who has to leave a full line for one of the given lane: of lower precedence, unless its class has no
   * more than its share of the places; or of the same class from the longest lane. The one there to be
   * served last. Null: nobody.
   */
  toDisplace(newcomer: Lane, places: number): Waiter | null {
    const { classes } = this.#shares;
    const { precedence } = classes[newcomer.priority]!;
    let victim: Lane | null = null;
    let victimRank = Infinity;
    for (const lane of this.#lanes) {
      const { precedence: rank, reservedShare } = classes[lane.priority]!;
      const lower =
        rank < precedence && this.queuedByClass[lane.priority]! > reservedShare * places;
      const longer =
        lane.priority === newcomer.priority && lane.queue.size > newcomer.queue.size + 1;
      if (!lower && !longer) continue;
      const worse =
        rank < victimRank || (rank === victimRank && lane.queue.size > victim!.queue.size);
      if (!worse) continue;
      victim = lane;
      victimRank = rank;
    }
    return victim?.queue.last ?? null;
  }

  #goesBefore(a: Lane, b: Lane): boolean {
    if (a.priority !== b.priority) {
      const [aBelow, bBelow] = [
        this.#shares.belowReserve(a.priority),
        this.#shares.belowReserve(b.priority),
      ];
      if (aBelow !== bBelow) return aBelow;
      const { byPrecedence } = this.#shares;
      return byPrecedence.indexOf(a.priority) < byPrecedence.indexOf(b.priority);
    }
    return this.#clock.start(a.flow) < this.#clock.start(b.flow);
  }
}
