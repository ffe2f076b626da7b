/** Something that happens at an instant of the virtual clock. */
export interface SimulatedEvent {
  readonly atMs: number;
  /** Order of scheduling: what is due at the same instant happens in it. */
  readonly turn: number;
  /** Null once cancelled; the queue drops it when its instant comes. */
  callback: (() => void) | null;
}

/** A binary heap by instant and turn. */
export class EventQueue {
  readonly #heap: SimulatedEvent[] = [];
  #turns = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** The instant of the next event; Infinity when there is none. */
  get nextAtMs(): number {
    return this.#heap[0]?.atMs ?? Infinity;
  }

  add(atMs: number, callback: () => void): SimulatedEvent {
    const event = { atMs, turn: this.#turns++, callback };
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (isBefore(heap[parent]!, event)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = event;
    return event;
  }

  /** Takes out the next one; null when there is none. */
  take(): SimulatedEvent | null {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined) return null;
    const last = heap.pop()!;
    if (heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(event: SimulatedEvent): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (isBefore(event, heap[child]!)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = event;
  }
}

const isBefore = (a: SimulatedEvent, b: SimulatedEvent): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.turn < b.turn);
