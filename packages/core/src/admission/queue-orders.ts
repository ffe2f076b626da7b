import { AdaptiveQueue } from './adaptive-queue.ts';
import { FifoQueue } from './fifo-queue.ts';
import { LifoQueue } from './lifo-queue.ts';
import type { Pace, WaitQueue } from './wait-queue.ts';

/** All orders of service. Adding one is a file, its test, and a line here. */
export const queueOrders = {
  fifo: () => new FifoQueue(),
  lifo: () => new LifoQueue(),
  adaptive: (pace: Pace) => new AdaptiveQueue(pace),
} as const satisfies Record<string, (pace: Pace) => WaitQueue>;

export type QueueOrder = keyof typeof queueOrders;
