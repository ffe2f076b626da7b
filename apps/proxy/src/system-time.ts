import { performance } from 'node:perf_hooks';
import type { TimeSource } from '@spillway/core';

/** The process's monotonic clock and timers, for everything in core that takes its time from outside. */
export const systemTime: TimeSource = {
  now: () => performance.now(),
  setTimer: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimer: (handle) => clearTimeout(handle as NodeJS.Timeout),
};
