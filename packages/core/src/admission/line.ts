import type { ClassShares } from './class-shares.ts';
import type { FairClock } from './fair-clock.ts';
import type { Flow } from './flow.ts';
import type { Lane } from './lane.ts';
import { LineControl } from './line-control.ts';
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
  readonly #control: LineControl;
  readonly #adaptive: boolean;
  #size = 0;

  constructor(options: {
    shares: ClassShares;
    clock: FairClock;
    limit: number;
    adaptive: boolean;
  }) {
    const { shares, clock, limit } = options;
    this.#shares = shares;
    this.#clock = clock;
    this.#control = new LineControl(limit);
    this.#adaptive = options.adaptive;
    this.queuedByClass = shares.classes.map(() => 0);
  }

  get size(): number {
    return this.#size;
  }

  /** Lanes with waiters. */
  get lanes(): readonly Lane[] {
    return this.#lanes;
  }

  /** The order by which most are served at the moment. */
  inForce(idle: Lane): 'fifo' | 'lifo' {
    if (this.#control.overloaded) return 'lifo';
    let longest = idle;
    for (const lane of this.#lanes) if (lane.queue.size > longest.queue.size) longest = lane;
    return longest.queue.inForce;
  }

  /** How long one that came to the lane now would wait, ms; 0 as long as nothing is known. */
  estimateMs(lane: Lane, now: number): number {
    if (lane.drain.known) return lane.estimateMs(now);
    if (!this.#control.drain.known) return 0;
    // In turns with the others, at worst.
    const ahead = Math.min(this.#size, this.#lanes.length * (lane.queue.ahead + 1));
    return ((this.#control.overloaded ? 0 : ahead) + 1) * this.#control.drain.expectedMs(now);
  }

  /** To be called once the waiter stands in its lane. */
  joined(lane: Lane, now: number): void {
    this.#control.drain.start(now);
    this.#size++;
    this.queuedByClass[lane.priority]!++;
    lane.flow.waiting++;
    if (lane.place < 0) lane.place = this.#lanes.push(lane) - 1;
    if (this.#adaptive) this.#control.observe(now, this.#lanes);
  }

  /** To be called once a waiter has left its lane. */
  left(lane: Lane, now: number): void {
    this.#size--;
    this.queuedByClass[lane.priority]!--;
    lane.flow.waiting--;
    if (lane.queue.size === 0) this.#drop(lane);
    if (this.#adaptive) this.#control.observe(now, this.#lanes);
  }

  /** A permit came to the lane; to be called before its waiter has left the line. */
  served(lane: Lane, now: number): void {
    this.#control.drain.served(now);
    lane.served(now);
  }

  /** A permit came back that nobody gets, as more are held than the limit allows now. */
  waitsForLimit(now: number): void {
    this.#control.drain.resume(now);
    for (const lane of this.#lanes) lane.drain.resume(now);
  }

  /** Somebody was refused a place in the lane, or waited in vain. */
  turnedAway(lane: Lane): void {
    lane.queue.turnedAway?.();
    this.#control.turnedAway(lane);
  }

  /** One that has waited longer than anybody may now, in this lane or among all. */
  overdue(lane: Lane, now: number): Waiter | null {
    return lane.queue.overdue?.(now) ?? this.#control.overdue(now, this.#lanes);
  }

  /** What was measured says nothing of what comes. */
  forgetPace(): void {
    this.#control.drain.forget();
    for (const { drain } of this.#lanes) drain.forget();
  }

  setLimit(limit: number): void {
    this.#control.setLimit(limit);
    for (const lane of this.#lanes) lane.setLimit(limit);
  }

  /**
   * The lane to be served next out of `free` permits, among those that may take one: by precedence, then
   * the flow that has used least, then by age. What is reserved for others nobody may take, so that no
   * class needs to go first for its share.
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

  #drop(lane: Lane): void {
    if (this.#size === 0) this.#control.drain.stop();
    const last = this.#lanes.pop()!;
    if (last !== lane) {
      this.#lanes[lane.place] = last;
      last.place = lane.place;
    }
    lane.place = -1;
  }

  #goesBefore(a: Lane, b: Lane): boolean {
    if (a.priority !== b.priority) {
      const { byPrecedence } = this.#shares;
      return byPrecedence.indexOf(a.priority) < byPrecedence.indexOf(b.priority);
    }
    const ahead = this.#clock.start(b.flow) - this.#clock.start(a.flow);
    if (ahead !== 0) return ahead > 0;
    const older = a.queue.oldest!.queuedAt < b.queue.oldest!.queuedAt;
    return this.#control.overloaded ? !older : older;
  }
}
