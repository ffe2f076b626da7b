import type { TimeSource } from '../time/time-source.ts';

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

/** A clock that jumps from event to event, for simulations of millions: a binary heap of what is to come. */
export class VirtualTime implements TimeSource {
  #now = 0;
  #order = 0;
  readonly #heap: Event[] = [];

  now(): number {
    return this.#now;
  }

  setTimer(run: () => void, delayMs: number): unknown {
    const event = { at: this.#now + delayMs, order: this.#order++, run, cancelled: false };
    this.#push(event);
    return event;
  }

  clearTimer(handle: unknown): void {
    (handle as Event).cancelled = true;
  }

  afterIo(callback: () => void): void {
    this.setTimer(callback, 0);
  }

  runUntil(instant: number): void {
    for (let next = this.#heap[0]; next && next.at <= instant; next = this.#heap[0]) {
      this.#pop();
      this.#now = next.at;
      if (!next.cancelled) next.run();
    }
    this.#now = instant;
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let i = heap.push(event) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (before(heap[parent]!, event)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (before(last, heap[child]!)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
  }
}

const before = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
