import { systemTime } from '../system/system-time.ts';
import type { ProxyEvents } from './events.ts';

/** A tenth of what is taken for a standstill. */
const beatMs = 100;

/** Reads the clock so often that a lull is never taken for a standstill, and tells of each standstill. */
export class StandstillWatch {
  readonly #events: ProxyEvents;
  readonly #timer: NodeJS.Timeout;
  #lostMs: number;

  constructor(events: ProxyEvents) {
    this.#events = events;
    systemTime.now();
    // What was lost before somebody listened is the start of the process.
    this.#lostMs = systemTime.lostMs;
    this.#timer = setInterval(() => this.#beat(), beatMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    systemTime.now();
    const lostMs = systemTime.lostMs - this.#lostMs;
    if (lostMs === 0) return;
    this.#lostMs += lostMs;
    this.#events.emit('stood_still', lostMs);
  }
}
