import { parentPort, workerData } from 'node:worker_threads';
import { fromShared } from '../thread-clock.ts';
import type { PacerMemory } from './pacer.ts';

const { orders, never, wakeAt } = workerData as PacerMemory;

parentPort?.postMessage(null);
for (let seen = 0; ; ) {
  Atomics.wait(orders, 0, seen);
  seen = Atomics.load(orders, 0);
  const ms = fromShared(wakeAt[0]!) - performance.now();
  if (ms > 0) Atomics.wait(never, 0, 0, ms);
  parentPort?.postMessage(null);
}
