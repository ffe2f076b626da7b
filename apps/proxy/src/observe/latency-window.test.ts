import { afterEach, expect, test, vi } from 'vitest';
import { LatencyWindow } from './latency-window.ts';

afterEach(() => vi.restoreAllMocks());

test('percentiles are within one percent, in seconds', () => {
  const window = new LatencyWindow();
  for (let ms = 1; ms <= 1000; ms++) window.record(ms);
  const { count, p50, p99, max } = window.percentiles();
  expect(count).toBe(1000);
  expect(p50).toBeCloseTo(0.5, 1);
  expect(Math.abs((p99 as number) - 0.99)).toBeLessThan(0.01);
  expect(Math.abs((max as number) - 1)).toBeLessThan(0.01);
});

test('an empty window has no percentiles', () => {
  expect(new LatencyWindow().percentiles()).toMatchObject({ count: 0, p50: null, max: null });
});

test('an idle minute leaves nothing behind (seen: a ring that turned by one after an hour)', () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  const window = new LatencyWindow();
  window.record(5);
  now.mockReturnValue(59_000);
  expect(window.percentiles().count).toBe(1);
  now.mockReturnValue(3_600_000);
  expect(window.percentiles().count).toBe(0);
});

test('the mean is that of the window, and what left it counts no more', () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  const window = new LatencyWindow();
  window.record(1000);
  now.mockReturnValue(30_000);
  window.record(10);
  window.record(20);
  expect(window.percentiles()).toMatchObject({ count: 3, mean: (1.0 + 0.01 + 0.02) / 3 });
  now.mockReturnValue(65_000);
  expect(window.percentiles()).toMatchObject({ count: 2, mean: 0.015 });
});
