import { expect, it } from 'vitest';
import { SampledClock } from './sampled-clock.ts';

it('the clock is read for each call, but rarely once calls are too short for that', () => {
  let reads = 0;
  const clock = new SampledClock({ now: () => ++reads });
  const sample = (times: number): number => {
    reads = 0;
    for (let i = 0; i < times; i++) clock.sample();
    return reads;
  };
  expect(sample(128)).toBe(128);
  clock.pace(0.2);
  expect(sample(128)).toBe(2);
  clock.pace(50);
  expect(sample(128)).toBe(128);
});
