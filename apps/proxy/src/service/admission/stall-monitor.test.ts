import { expect, onTestFinished, test } from 'vitest';
import { systemTime } from '../../system/system-time.ts';
import { StallMonitor } from './stall-monitor.ts';

test('A response is late while our own event loop stands still, and not once it runs again', {
  timeout: 30_000,
}, async () => {
  const monitor = new StallMonitor();
  onTestFinished(() => monitor.close());
  monitor.start();
  const stoodStillUntil = systemTime.now() + 200;
  while (systemTime.now() < stoodStillUntil);
  const isLate = (): boolean => monitor.stalls.isLate(systemTime.now() - 50, systemTime.now());
  expect(isLate()).toBe(true);
  await expect.poll(isLate, { interval: 5, timeout: 8000 }).toBe(false);
});
