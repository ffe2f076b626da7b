import { performance } from 'node:perf_hooks';
import { AwakeTime, type TimeSource } from '@spillway/core';

/** Shorter pauses are those of a garbage collector or a throttled container, and no harm to timeouts of seconds. */
const standstillMs = 1000;

const nativeTime: TimeSource = {
  now: () => performance.now(),
  setTimer: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimer: (handle) => clearTimeout(handle as NodeJS.Timeout),
  // libuv polls once before it runs an immediate. Twice, for what the first poll has set off: a handshake's next step,
  // the rest of a read beyond what libuv takes from a connection in one go.
  afterIo: (callback) => {
    setImmediate(() => setImmediate(callback));
  },
};

/**
 * The process's clock, which stops while we do, and which whoever handles what a socket has read may hold: a small request
 * asks twenty times what time it is, and half of that within two reads. Whoever holds it lets go before it returns.
 */
class SystemTime extends AwakeTime {
  /** 0: nobody holds it. */
  #heldAt = 0;

  hold(): void {
    this.#heldAt = super.now();
  }

  letGo(): void {
    this.#heldAt = 0;
  }

  override now(): number {
    return this.#heldAt === 0 ? super.now() : this.#heldAt;
  }
}

/** The process's clock and timers, for everything in core that takes its time from outside. */
export const systemTime = new SystemTime(nativeTime, standstillMs);

/** The date of one of its instants, ms since 1970. */
export const epochMsOf = (instant: number): number =>
  performance.timeOrigin + systemTime.lostMs + instant;
