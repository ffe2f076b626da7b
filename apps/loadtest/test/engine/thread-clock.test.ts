import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { fromShared, toShared } from '../../src/engine/thread-clock.ts';

it('gives an instant to another thread to within the time that the message takes', {
  retry: 5,
}, async () => {
  const clock = new URL('../../src/engine/thread-clock.ts', import.meta.url).href;
  // Data URLs have no types to strip, but may import what has.
  const source = `
    const { toShared } = await import(${JSON.stringify(clock)});
    const { parentPort } = await import('node:worker_threads');
    parentPort.on('message', () => parentPort.postMessage(toShared(performance.now())));
    parentPort.postMessage('ready');
  `;
  const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
  await once(thread, 'message');
  let best = { roundMs: Number.POSITIVE_INFINITY, sentAt: 0, thereAt: 0, backAt: 0 };
  for (let i = 0; i < 50; i++) {
    const sentAt = performance.now();
    thread.postMessage(null);
    const [thereAt] = (await once(thread, 'message')) as [number];
    const backAt = performance.now();
    const roundMs = backAt - sentAt;
    if (roundMs < best.roundMs) best = { roundMs, sentAt, thereAt: fromShared(thereAt), backAt };
  }
  await thread.terminate();
  expect(best.thereAt).toBeGreaterThan(best.sentAt - 0.05);
  expect(best.thereAt).toBeLessThan(best.backAt + 0.05);
});

it('comes back to the same instant in the same thread', () => {
  expect(fromShared(toShared(1234.5))).toBeCloseTo(1234.5, 3);
});
