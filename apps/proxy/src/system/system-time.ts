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

/** The process's clock and timers, for everything in core that takes its time from outside; it stops while we do. */
export const systemTime = new AwakeTime(nativeTime, standstillMs);

/** The date of one of its instants, ms since 1970. */
export const epochMsOf = (instant: number): number =>
  performance.timeOrigin + systemTime.lostMs + instant;
