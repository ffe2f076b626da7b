import type { Lease } from '../lease-table.ts';

/** A place that may be taken. */
const free = -Infinity;
/** A place whose probe succeeded: it is not taken again in this half-open time. */
const answered = Infinity;

/**
 * The few attempts a half-open breaker admits. Each holds its place only for a while: a probe that hangs
 * must not keep the breaker half-open for ever.
 */
export class ProbeLeases {
  readonly #leaseMs: number;
  readonly #tickets: Int32Array;
  /** When the place can be taken (again): `free`, the end of its lease, or `answered`. */
  readonly #freeAt: Float64Array;

  constructor(count: number, leaseMs: number) {
    this.#leaseMs = leaseMs;
    this.#tickets = new Int32Array(count);
    this.#freeAt = new Float64Array(count).fill(free);
  }

  /** ms until a probe may go; 0 when one may go now; Infinity when all have succeeded. */
  freeInMs(now: number): number {
    let earliest = answered;
    for (const freeAt of this.#freeAt) if (freeAt < earliest) earliest = freeAt;
    return Math.max(0, earliest - now);
  }

  /** Takes a free or lapsed place; returns the ticket that held it, or 0. Ask `freeInMs` first. */
  take(ticket: Lease, now: number): Lease {
    const place = this.#freeAt.findIndex((freeAt) => freeAt <= now);
    const lapsed = this.#tickets[place]!;
    this.#tickets[place] = ticket;
    this.#freeAt[place] = now + this.#leaseMs;
    return lapsed;
  }

  /** Ends a probe: `success` keeps its place. False when its lease has lapsed. */
  end(ticket: Lease, now: number, success: boolean): boolean {
    const place = this.#tickets.indexOf(ticket);
    if (place < 0 || this.#freeAt[place]! <= now) return false;
    this.#tickets[place] = 0;
    this.#freeAt[place] = success ? answered : free;
    return true;
  }

  get allSucceeded(): boolean {
    return this.#freeAt.every((freeAt) => freeAt === answered);
  }
}
