import { FifoQueue } from './fifo-queue.ts';
import type { WaitQueue } from './wait-queue.ts';

/** All orders of service. Adding one is a file, its test, and a line here. */
export const queueOrders = {
  fifo: () => new FifoQueue(),
} as const satisfies Record<string, () => WaitQueue>;

export type QueueOrder = keyof typeof queueOrders;
