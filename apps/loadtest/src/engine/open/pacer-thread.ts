import { parentPort, workerData } from 'node:worker_threads';
import type { PacerMemory } from './pacer.ts';

const { orders, never, wakeAt } = workerData as PacerMemory;

parentPort?.postMessage(null);
for (let seen = 0; ; ) {
  Atomics.wait(orders, 0, seen);
  seen = Atomics.load(orders, 0);
  // Each thread has an origin of its own.
  const ms = wakeAt[0]! - performance.timeOrigin - performance.now();
  if (ms > 0) Atomics.wait(never, 0, 0, ms);
  parentPort?.postMessage(null);
}
