/**
 * Counters of the backend. Always true:
 * `received = queued + active + finished + aborted + broken + refused`.
 */
export interface Stats {
  /** Requests seen, the backend's own control paths left out; an upgrade is one. */
  received: number;
  /** Requests that ever got a worker. */
  started: number;
  /** Requests at a worker now: being worked on or answered. */
  active: number;
  /** Requests waiting for a worker now. */
  queued: number;
  /** Answered to the last byte; an error status is an answer. */
  finished: number;
  /** The client left first. */
  aborted: number;
  /** Ended by a fault: reset, closed, truncated. */
  broken: number;
  /** Answered 503 because the backend's own queue was full. */
  refused: number;
  /** Of `active` and `queued`: how many are being worked on for a client that has left. */
  abandoned: number;
  /** Of `active`: how many hang until released. */
  hanging: number;
  maxActive: number;
  maxQueued: number;
  /** Client connections open now, and ever. */
  connections: number;
  totalConnections: number;
  maxConnections: number;
  /** Upgraded connections (WebSocket and others) open now. */
  tunnels: number;
  /** Body bytes read of requests by /upload and /echo. */
  bytesReceived: number;
}

const zero: Stats = {
  received: 0,
  started: 0,
  active: 0,
  queued: 0,
  finished: 0,
  aborted: 0,
  broken: 0,
  refused: 0,
  abandoned: 0,
  hanging: 0,
  maxActive: 0,
  maxQueued: 0,
  connections: 0,
  totalConnections: 0,
  maxConnections: 0,
  tunnels: 0,
  bytesReceived: 0,
};

interface Waiter {
  predicate: (stats: Stats) => boolean;
  resolve: (stats: Stats) => void;
  reject: (error: Error) => void;
}

/** Counts, and wakes whoever waits for a count. */
export class Tally {
  readonly #stats: Stats = { ...zero };
  readonly #waiters = new Set<Waiter>();

  snapshot(): Stats {
    return { ...this.#stats };
  }

  /** Several changes in one call are seen as one: predicates run once, after the last. */
  add(changes: Partial<Stats>): void {
    const stats = this.#stats;
    for (const key in changes) stats[key as keyof Stats] += changes[key as keyof Stats]!;
    if (stats.active > stats.maxActive) stats.maxActive = stats.active;
    if (stats.queued > stats.maxQueued) stats.maxQueued = stats.queued;
    if (stats.connections > stats.maxConnections) stats.maxConnections = stats.connections;
    for (const waiter of this.#waiters) this.#check(waiter);
  }

  /** Resolves at the first change after which the predicate holds, or at once when it does already. */
  waitFor(predicate: (stats: Stats) => boolean): Promise<Stats> {
    return new Promise((resolve, reject) => {
      const waiter = { predicate, resolve, reject };
      this.#waiters.add(waiter);
      this.#check(waiter);
    });
  }

  /** Totals start again; what is going on now stays counted, so that the sums still hold. */
  reset(): void {
    const { active, queued, abandoned, hanging, connections, tunnels } = this.#stats;
    const now = { active, queued, abandoned, hanging, connections, tunnels };
    Object.assign(this.#stats, zero, now, {
      received: active + queued,
      started: active,
      maxActive: active,
      maxQueued: queued,
      totalConnections: connections,
      maxConnections: connections,
    });
  }

  /** Fails whoever still waits, so that a test says what was missing instead of timing out. */
  close(): void {
    const error = new Error(`the backend closed first, at ${JSON.stringify(this.#stats)}`);
    for (const waiter of this.#waiters) waiter.reject(error);
    this.#waiters.clear();
  }

  #check(waiter: Waiter): void {
    try {
      if (!waiter.predicate(this.#stats)) return;
      waiter.resolve(this.snapshot());
    } catch (error) {
      waiter.reject(error as Error);
    }
    this.#waiters.delete(waiter);
  }
}
