import { TimerEntry, type TimerWheel } from '@spillway/core';

/** So often is looked whether a client keeps up. */
const lookMs = 1000;

/**
 * Looks in a row at which we have to wait for a client before its rate counts. A kernel takes a response in steps of
 * some hundred KiB however evenly its client reads, so that reading is judged over longer.
 */
const looks = { sending: 10, reading: 30 } as const;

type Direction = keyof typeof looks;

/** Bytes a second, at the least; null: any rate will do. */
export interface LeastRates {
  readonly sending: number | null;
  readonly reading: number | null;
}

/** What of a request tells how its client keeps up. */
export interface PacedClient {
  /** Whether we wait for it: for content of the request, or until it has taken some of the response. */
  readonly waitsFor: Readonly<Record<Direction, boolean>>;
  /** Bytes so far. */
  readonly bytes: Readonly<Record<Direction, number>>;
  /** It is slower than it may be. Nothing follows. */
  onTooSlow(direction: Direction): void;
}

/** Bounds how slowly a client may send or read while nothing but itself keeps it from being faster. */
export class ClientPace extends TimerEntry {
  readonly #wheel: TimerWheel;
  readonly #least: LeastRates;
  readonly #client: PacedClient;
  readonly #streaks: Readonly<Record<Direction, Streak>>;

  constructor(wheel: TimerWheel, least: LeastRates, client: PacedClient) {
    super();
    this.#wheel = wheel;
    this.#least = least;
    this.#client = client;
    this.#streaks = { sending: new Streak(looks.sending), reading: new Streak(looks.reading) };
    wheel.schedule(this, lookMs);
  }

  stop(): void {
    this.#wheel.cancel(this);
  }

  override onExpire(): void {
    if (this.#isTooSlow('sending') || this.#isTooSlow('reading')) return;
    this.#wheel.schedule(this, lookMs);
  }

  #isTooSlow(direction: Direction): boolean {
    const least = this.#least[direction];
    if (least === null) return false;
    const { waitsFor, bytes } = this.#client;
    const rate = this.#streaks[direction].look(waitsFor[direction], bytes[direction]);
    if (rate === null || rate >= least) return false;
    this.#client.onTooSlow(direction);
    return true;
  }
}

/** Looks in a row at which we waited, and the bytes since the first of them. */
class Streak {
  readonly #length: number;
  #looks = 0;
  #bytes = 0;

  constructor(length: number) {
    this.#length = length;
  }

  /** Bytes a second over a whole streak, after which the next one begins; null: it is not over. */
  look(waits: boolean, bytes: number): number | null {
    if (!waits) {
      this.#looks = 0;
      return null;
    }
    if (this.#looks === 0) this.#bytes = bytes;
    this.#looks += 1;
    if (this.#looks <= this.#length) return null;
    this.#looks = 0;
    return ((bytes - this.#bytes) * 1000) / (this.#length * lookMs);
  }
}
