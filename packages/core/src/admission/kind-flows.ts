import type { TimeSource } from '../time/time-source.ts';
import type { Flow } from './flow.ts';

/** Numbers of kinds; a power of two. */
const kinds = 512;
/** So few calls of a kind say nothing of how long it takes. */
const enough = 8;
/** Calls that a kind's mean weighs. */
const remembered = 32;
/** A kind of at least so many times the time of the one below begins another group. */
const apart = 5;
/** And so many times what is in a group already has to be left behind to join another: one at the border stays. */
const stays = 1.5;
/** A kind is forgotten after so long without a call, or so many of its own times. */
const [shortestMemoryMs, timesRemembered] = [60_000, 20];
const regroupEveryMs = 1000;
/** Groups of which each is told apart; longer ones share the last. */
export const maxGroups = 4;

/**
 * Kinds of call by how long they take. Those that take about as long are one group, and each group is a flow, that shares the
 * backend's time with the others: short calls do not wait for long ones though nobody named them. While there is one group only
 * there is no flow at all.
 */
export class KindFlows {
  readonly #clock: Pick<TimeSource, 'now'>;
  readonly #flows: readonly Flow[];
  readonly #meanMs = new Float64Array(kinds);
  readonly #calls = new Float64Array(kinds);
  readonly #askedAt = new Float64Array(kinds).fill(-Infinity);
  /** -1: not known. */
  readonly #groupOf = new Int8Array(kinds).fill(-1);
  readonly #order = new Int16Array(kinds);
  #groups = 0;
  #groupedAt = -Infinity;

  /** `flows`: one for each group, the shortest calls first. */
  constructor(clock: Pick<TimeSource, 'now'>, flows: readonly Flow[]) {
    this.#clock = clock;
    this.#flows = flows;
  }

  /** How many groups there are; below 2 nobody is told from others. */
  get groups(): number {
    return this.#groups;
  }

  /** A request of this kind comes. Null: it is nobody's in particular. */
  flowOf(kind: number): Flow | null {
    const now = this.#clock.now();
    const index = kind & (kinds - 1);
    this.#askedAt[index] = now;
    if (now - this.#groupedAt >= regroupEveryMs) this.#regroup(now);
    if (this.#groups < 2) return null;
    const group = this.#groupOf[index]!;
    return group < 0 ? null : this.#flows[group]!;
  }

  /** A good call of this kind took so long, ms. */
  learn(kind: number, tookMs: number): void {
    const index = kind & (kinds - 1);
    const calls = Math.min(remembered, this.#calls[index]! + 1);
    this.#calls[index] = calls;
    this.#meanMs[index]! += (tookMs - this.#meanMs[index]!) / calls;
  }

  #regroup(now: number): void {
    this.#groupedAt = now;
    const order = this.#order;
    let known = 0;
    for (let kind = 0; kind < kinds; kind++) {
      const memoryMs = Math.max(shortestMemoryMs, timesRemembered * this.#meanMs[kind]!);
      if (this.#calls[kind]! >= enough && now - this.#askedAt[kind]! < memoryMs) {
        this.#insert(kind, known++);
        continue;
      }
      this.#groupOf[kind] = -1;
      if (now - this.#askedAt[kind]! >= memoryMs) this.#calls[kind] = 0;
    }
    let group = 0;
    for (let i = 0; i < known; i++) {
      if (i > 0 && group < maxGroups - 1 && this.#isApart(order[i - 1]!, order[i]!)) group++;
      this.#groupOf[order[i]!] = group;
    }
    this.#groups = known === 0 ? 0 : group + 1;
  }

  /** Among the first `known`, by time. */
  #insert(kind: number, known: number): void {
    let at = known;
    while (at > 0 && this.#meanMs[this.#order[at - 1]!]! > this.#meanMs[kind]!) {
      this.#order[at] = this.#order[at - 1]!;
      at--;
    }
    this.#order[at] = kind;
  }

  #isApart(shorter: number, longer: number): boolean {
    // `#groupOf` of the shorter one is new already, but where both were apart the longer one's is greater still.
    const wereApart = this.#groupOf[longer]! > this.#groupOf[shorter]!;
    const times = this.#meanMs[longer]! / Math.max(this.#meanMs[shorter]!, 0.1);
    return times >= (wereApart ? apart / stays : apart * stays);
  }
}
