import { expect, onTestFinished, test } from 'vitest';
import { systemTime } from '../../system/system-time.ts';
import { StallMonitor } from './stall-monitor.ts';

test('A response is late while our own event loop stands still, and not once it runs again', {
  timeout: 30_000,
}, async () => {
  const monitor = new StallMonitor();
  onTestFinished(() => monitor.close());
  const stoodStillUntil = systemTime.now() + 200;
  while (systemTime.now() < stoodStillUntil);
  const isLate = (): boolean => monitor.stalls.isLate(systemTime.now() - 50, systemTime.now());
  expect(isLate()).toBe(true);
  await expect.poll(isLate, { interval: 5, timeout: 8000 }).toBe(false);
});

test('Its clock leaves out what the loop stood still, and no lull', {
  timeout: 30_000,
}, async () => {
  const beat = new StallMonitor();
  onTestFinished(() => beat.close());
  const stoodStillUntil = systemTime.now() + 300;
  while (systemTime.now() < stoodStillUntil);
  beat.awake.now();
  const { lostMs } = beat.awake;
  expect(lostMs).toBeGreaterThanOrEqual(300);
  // Nobody but the beat reads it; on a machine that pauses the loop as well, another lull will do.
  const lull = async (): Promise<number> => {
    const before = beat.awake.lostMs;
    await new Promise((resolve) => setTimeout(resolve, 150));
    beat.awake.now();
    return beat.awake.lostMs - before;
  };
  await expect.poll(lull, { interval: 1, timeout: 20_000 }).toBe(0);
});
