import { longestTimerMs } from '../longest-timer.ts';

/** What has a deadline, with its place in the list. */
export interface Dated {
  deadline: number;
  earlier: Dated | null;
  later: Dated | null;
}

/**
 * Deadlines in the order in which they were set, which is the order in which they are due, as all have the
 * same timeout: one timer for all.
 */
export class Deadlines<T extends Dated> {
  readonly #expire: (due: T) => void;
  #first: Dated | null = null;
  #last: Dated | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(expire: (due: T) => void) {
    this.#expire = expire;
  }

  /** The deadline must not be earlier than the last one's. */
  add(item: T): void {
    item.earlier = this.#last;
    item.later = null;
    if (this.#last === null) this.#first = item;
    else this.#last.later = item;
    this.#last = item;
    if (this.#timer === undefined) this.#arm();
  }

  remove(item: T): void {
    if (item.earlier === null) this.#first = item.later;
    else item.earlier.later = item.later;
    if (item.later === null) this.#last = item.earlier;
    else item.later.earlier = item.earlier;
    item.earlier = null;
    item.later = null;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #arm(): void {
    if (this.#first === null) return;
    const ms = Math.min(Math.max(1, this.#first.deadline - performance.now()), longestTimerMs);
    this.#timer = setTimeout(() => this.#fire(), ms);
  }

  #fire(): void {
    this.#timer = undefined;
    const now = performance.now();
    while (this.#first !== null && this.#first.deadline <= now) {
      const due = this.#first as T;
      this.remove(due);
      this.#expire(due);
    }
    this.#arm();
  }
}
