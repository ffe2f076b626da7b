import { expect, test } from 'vitest';
import { allAtOnce, inSlices, type Steps } from './steps.ts';

function* counting(steps: number, seen: string[]): Steps<number> {
  for (let i = 0; i < steps; i++) {
    seen.push('step');
    yield;
  }
  return steps;
}

test('All at once, nothing happens in between', () => {
  const seen: string[] = [];
  expect([allAtOnce(counting(3, seen)), seen.length]).toEqual([3, 3]);
});

test('In slices, others have their turn after each', async () => {
  const seen: string[] = [];
  const other = setInterval(() => seen.push('other'), 0);
  const turns = setImmediate(() => seen.push('other'));
  expect(await inSlices(counting(5, seen), 0)).toBe(5);
  clearInterval(other);
  clearImmediate(turns);
  expect(seen.slice(0, 3)).toEqual(['step', 'other', 'step']);
  expect(seen.filter((what) => what === 'step').length).toBe(5);
});

test('A slice that is not over goes on', async () => {
  const seen: string[] = [];
  setImmediate(() => seen.push('other'));
  expect(await inSlices(counting(5, seen), 10_000)).toBe(5);
  expect(seen).not.toContain('other');
});
