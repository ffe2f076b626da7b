import { requireAtLeast, requireWhole } from '../check-number.ts';
import type { TimeSource } from './time-source.ts';

/**
 * Something that can be due. The links live in the entry itself, so that scheduling and cancelling
 * allocate nothing; an entry is in at most one wheel, once. The `wheel…` fields belong to the wheel.
 */
export abstract class TimerEntry {
  /** @internal */ wheelPrevious: TimerEntry | null = null;
  /** @internal */ wheelNext: TimerEntry | null = null;
  /** @internal */ wheelTick = 0;

  get scheduled(): boolean {
    return this.wheelNext !== null;
  }

  /** Called once, after the entry has left the wheel; it may schedule itself again. */
  abstract onExpire(): void;
}

/** Head and tail of a circular list: with it no link is ever missing, and unlinking needs no list. */
class Anchor extends TimerEntry {
  constructor() {
    super();
    this.wheelPrevious = this;
    this.wheelNext = this;
  }
  get empty(): boolean {
    return this.wheelNext === this;
  }
  onExpire(): void {}
}

/** Longest delay that setTimeout takes; it turns anything longer into 1 ms. */
const maxNativeDelayMs = 2 ** 31 - 1;

/**
 * One wheel for the deadlines of all requests (Varghese and Lauck 1987, scheme 6): `slots` lists of
 * entries, `tickMs` apart; an entry beyond one turn stays in its slot until its own turn comes. One
 * native timer, armed only while entries exist, aimed at the next due slot. Never early, and at most
 * about one tick late.
 *
 * A wheel that wakes later than that blames nobody yet: what the entries wait for may have come meanwhile and is
 * merely unread, as an event loop runs its timers before it reads. So everything that has come in is delivered first,
 * and only entries that nobody has cancelled or put off by then fire.
 */
export class TimerWheel {
  readonly #time: TimeSource;
  readonly #tickMs: number;
  readonly #slots: Anchor[];
  /** No entry of the slot is due before this tick; Infinity when the slot is empty. */
  readonly #earliest: Float64Array;
  /** Entries taken out of their slot and about to fire; still linked, so that they can be cancelled. */
  readonly #due = new Anchor();
  readonly #wake = (): void => this.#onWake();
  readonly #turn = (): void => this.#onTurn();
  #size = 0;
  #firedTick: number;
  #armedTick = Infinity;
  #timer: unknown = null;

  constructor(time: TimeSource, options: { tickMs?: number; slots?: number } = {}) {
    const { tickMs = 10, slots = 512 } = options;
    if (!(tickMs > 0 && tickMs < Infinity)) {
      throw new RangeError(`tickMs must be above 0 and finite, not ${tickMs}`);
    }
    requireWhole('slots', slots, 1, 2 ** 20);
    this.#time = time;
    this.#tickMs = tickMs;
    this.#slots = Array.from({ length: slots }, () => new Anchor());
    this.#earliest = new Float64Array(slots).fill(Infinity);
    this.#firedTick = Math.floor(time.now() / tickMs);
  }

  /** Entries scheduled. */
  get size(): number {
    return this.#size;
  }

  /** The instant by the wheel's clock, ms. */
  now(): number {
    return this.#time.now();
  }

  /**
   * Makes the entry due in `delayMs`, instead of whenever it was due before. A delay in the past means
   * at the next tick; Infinity means never, so that the time left of an absent deadline can be passed on.
   */
  schedule(entry: TimerEntry, delayMs: number): void {
    requireAtLeast('delayMs', delayMs, -Infinity);
    if (delayMs === Infinity) {
      this.cancel(entry);
      return;
    }
    if (entry.scheduled) this.#remove(entry);
    else this.#size++;
    const dueAt = this.#time.now() + Math.max(0, delayMs);
    // The tick that has fired is over: what is due within it waits for the next one.
    const tick = Math.max(Math.ceil(dueAt / this.#tickMs), this.#firedTick + 1);
    entry.wheelTick = tick;
    const slot = tick % this.#slots.length;
    link(this.#slots[slot]!, entry);
    if (tick < this.#earliest[slot]!) this.#earliest[slot] = tick;
    if (tick < this.#armedTick) this.#arm(tick);
  }

  /** False when it was not scheduled. */
  cancel(entry: TimerEntry): boolean {
    if (!entry.scheduled) return false;
    this.#remove(entry);
    this.#size--;
    // Otherwise the native timer stays: it wakes once for nothing, which costs less than re-aiming it.
    if (this.#size === 0) this.#disarm();
    return true;
  }

  /** Drops all entries without firing them. */
  stop(): void {
    for (const slot of [...this.#slots, this.#due]) {
      while (!slot.empty) this.cancel(slot.wheelNext!);
    }
    this.#disarm();
  }

  #onWake(): void {
    this.#timer = null;
    const lateMs = this.#time.now() - this.#armedTick * this.#tickMs;
    // Whatever is scheduled until the turn is over is looked at in it: no need to aim the native timer for it.
    this.#armedTick = -Infinity;
    if (lateMs > this.#tickMs) this.#time.afterIo(this.#turn);
    else this.#onTurn();
  }

  #onTurn(): void {
    // A native timer may come up to a millisecond early: only ticks that are over by the clock fire.
    const nowTick = Math.floor(this.#time.now() / this.#tickMs);
    const errors: unknown[] = [];
    let tick = this.#nextTick();
    for (; tick <= nowTick; tick = this.#nextTick()) {
      this.#firedTick = tick;
      this.#collect(tick);
      this.#fire(errors);
    }
    this.#firedTick = nowTick;
    this.#armedTick = Infinity;
    if (tick < Infinity) this.#arm(tick);
    // Only now, when all others have had their turn and the wheel goes on turning.
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, `${errors.length} timers failed`);
  }

  /** Moves what is due at the tick from its slot to the due list, and bounds the rest of the slot. */
  #collect(tick: number): void {
    const slot = tick % this.#slots.length;
    const anchor = this.#slots[slot]!;
    let earliest = Infinity;
    let entry = anchor.wheelNext!;
    while (entry !== anchor) {
      const next = entry.wheelNext!;
      if (entry.wheelTick <= tick) {
        unlink(entry);
        link(this.#due, entry);
      } else {
        earliest = Math.min(earliest, entry.wheelTick);
      }
      entry = next;
    }
    this.#earliest[slot] = earliest;
  }

  #fire(errors: unknown[]): void {
    while (!this.#due.empty) {
      const entry = this.#due.wheelNext!;
      unlink(entry);
      this.#size--;
      try {
        entry.onExpire();
      } catch (error) {
        errors.push(error);
      }
    }
  }

  #remove(entry: TimerEntry): void {
    unlink(entry);
    const slot = entry.wheelTick % this.#slots.length;
    if (this.#slots[slot]!.empty) this.#earliest[slot] = Infinity;
  }

  #nextTick(): number {
    let tick = Infinity;
    for (const earliest of this.#earliest) if (earliest < tick) tick = earliest;
    return tick;
  }

  #arm(tick: number): void {
    if (this.#timer !== null) this.#time.clearTimer(this.#timer);
    this.#armedTick = tick;
    // Rounded up, because native timers cut fractions off and would wake us before the tick.
    const delayMs = Math.ceil(tick * this.#tickMs - this.#time.now());
    this.#timer = this.#time.setTimer(this.#wake, Math.min(Math.max(1, delayMs), maxNativeDelayMs));
  }

  #disarm(): void {
    if (this.#timer === null) return;
    this.#time.clearTimer(this.#timer);
    this.#timer = null;
    this.#armedTick = Infinity;
  }
}

const link = (anchor: TimerEntry, entry: TimerEntry): void => {
  const last = anchor.wheelPrevious!;
  entry.wheelPrevious = last;
  entry.wheelNext = anchor;
  last.wheelNext = entry;
  anchor.wheelPrevious = entry;
};

const unlink = (entry: TimerEntry): void => {
  const previous = entry.wheelPrevious!;
  const next = entry.wheelNext!;
  previous.wheelNext = next;
  next.wheelPrevious = previous;
  entry.wheelPrevious = null;
  entry.wheelNext = null;
};
