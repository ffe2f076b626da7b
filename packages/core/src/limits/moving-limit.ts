import type { LimitChange, LimitReason } from './concurrency-limit.ts';

/** The limit in force, and how it came to be; whole. */
export class MovingLimit {
  #value: number;
  #lastChange: LimitChange | null = null;

  constructor(value: number) {
    this.#value = value;
  }

  get value(): number {
    return this.#value;
  }

  get lastChange(): LimitChange | null {
    return this.#lastChange;
  }

  /** False when it is there already. */
  moveTo(limit: number, reason: LimitReason, now: number): boolean {
    const [from, to] = [this.#value, Math.round(limit)];
    if (to === from) return false;
    this.#value = to;
    this.#lastChange = { from, to, reason, at: now };
    return true;
  }
}
