import { seededRandom } from '@spillway/core/testing';
import { expect, it } from 'vitest';
import { isSteeper, slopeOf } from './slope.ts';

const seconds = Array.from({ length: 120 }, (_, i) => i * 1000);

it('finds the slope of a line, without an error', () => {
  const { perMinute, error } = slopeOf(
    seconds,
    seconds.map((ms) => 80 + ms / 12_000),
  );
  expect(perMinute).toBeCloseTo(5);
  expect(error).toBeCloseTo(0);
});

/** Each value is a share of the one before it, and chance. */
function wandering(random: () => number, share: number): number[] {
  let value = 0;
  return seconds.map(() => {
    value = share * value + random() - 0.5;
    return value;
  });
}

it('takes what rises by chance for flat, also where samples follow each other closely', () => {
  for (const share of [0, 0.7]) {
    const alarms = Array.from({ length: 300 }, (_, seed) =>
      isSteeper(slopeOf(seconds, wandering(seededRandom(seed), share)), 0),
    ).filter(Boolean);
    expect(alarms.length, `a share of ${share}`).toBeLessThan(9);
  }
});

it('finds a leak within noise, and only above the bound', () => {
  const noise = wandering(seededRandom(1), 0.7);
  const slope = slopeOf(
    seconds,
    seconds.map((ms, i) => ms / 20_000 + (noise[i] as number)),
  );
  expect(slope.perMinute).toBeGreaterThan(2);
  expect(isSteeper(slope, 1)).toBe(true);
  expect(isSteeper(slope, 4)).toBe(false);
});
