import { expect, it } from 'vitest';
import { seededRandom } from '../testing.ts';
import { firstCheckDelayMs, nextCheckDelayMs, requireCheckSchedule } from './check-schedule.ts';

const options = { intervalMs: 1000, jitter: 0.2 };

it('checks the first target immediately and spreads the others over one interval', () => {
  const random = seededRandom(1);
  const delays = [0, 1, 2, 3].map((place) => firstCheckDelayMs(options, place, 4, random));
  expect(delays[0]).toBe(0);
  for (const [place, delay] of delays.entries()) {
    expect([delay >= place * 250, delay < (place + 0.2) * 250 || place === 0]).toEqual([
      true,
      true,
    ]);
  }
});

it('keeps the interval from start to start, give or take the jitter', () => {
  const random = seededRandom(1);
  const delays = Array.from({ length: 2000 }, () => nextCheckDelayMs(options, 100, random));
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(700);
  expect(Math.max(...delays)).toBeLessThan(1100);
  expect(delays.reduce((sum, it) => sum + it, 0) / delays.length).toBeCloseTo(900, -1);
});

it('starts the next check when one that outlasts the interval ends', () => {
  expect(nextCheckDelayMs(options, 5000, () => 0.5)).toBe(0);
});

it('refuses a jitter that could leave no interval', () => {
  expect(() => requireCheckSchedule({ intervalMs: 1000, jitter: 1 })).toThrow('jitter');
  expect(() => requireCheckSchedule({ intervalMs: 0, jitter: 0 })).toThrow('intervalMs');
});
