import { describe, expect, it } from 'vitest';
import { CapacitySearch, type Found } from './capacity-search.ts';
import type { Level } from './level-meter.ts';

/** A level before so many workers of 50 ms that queue what is more. */
const levelAt = (limit: number, workers: number, more: Partial<Level> = {}): Level => {
  const answered = 1000;
  const durationMs = (answered * 50) / Math.min(limit, workers);
  return { limit, inFlight: limit, answered, durationMs, dropShare: 0, ...more };
};

/** The levels that a search goes through, and what it finds. */
const search = (workers: number, initial: number, max = 1000): { path: number[]; found: Found } => {
  const capacity = new CapacitySearch({ min: 1, max });
  const path = [initial];
  for (;;) {
    const step = capacity.onLevel(levelAt(path.at(-1) as number, workers));
    if (step.to === 'found') return { path, found: step };
    if (step.to === 'try') path.push(step.limit);
  }
};

describe('CapacitySearch', () => {
  it.each([
    ['doubles until that does no more work', 20, 10, [10, 20, 40]],
    ['goes far', 400, 10, [10, 20, 40, 80, 160, 320, 640]],
    ['goes down while that does no less', 4, 10, [10, 20, 6, 3, 1]],
    ['goes down to one', 1, 10, [10, 20, 6, 3, 1]],
  ])('%s', (_, workers, initial, levels) => {
    const { path, found } = search(workers, initial);
    expect(path).toEqual(levels);
    // At the bottom there is nothing to compare with.
    expect(found).toMatchObject({ sure: workers > 1, drops: false });
    expect(found.limit / workers).toBeGreaterThanOrEqual(1);
    expect(found.limit / workers).toBeLessThan(1.1);
  });

  it('ends at the maximum', () => {
    const { path, found } = search(400, 10, 50);
    expect([path, found.limit]).toEqual([[10, 20, 40, 50], 50]);
  });

  it('looks twice before it believes that more is of no use', () => {
    const capacity = new CapacitySearch({ min: 1, max: 1000 });
    capacity.onLevel(levelAt(10, 100));
    expect(capacity.onLevel(levelAt(20, 13))).toEqual({ to: 'again' });
    // Both looks count, together.
    expect(capacity.onLevel(levelAt(20, 100))).toEqual({ to: 'try', limit: 40 });
  });

  it('learns nothing from a level that was not used', () => {
    const capacity = new CapacitySearch({ min: 1, max: 1000 });
    expect(capacity.onLevel(levelAt(10, 20, { inFlight: 3 }))).toEqual({ to: 'again' });
    expect(capacity.onLevel(levelAt(10, 20))).toEqual({ to: 'try', limit: 20 });
  });

  it('goes back to the last good level for refusals', () => {
    const capacity = new CapacitySearch({ min: 1, max: 1000 });
    capacity.onLevel(levelAt(10, 100));
    capacity.onLevel(levelAt(20, 100));
    const step = capacity.onLevel(levelAt(40, 20, { dropShare: 0.5 }));
    expect(step).toEqual({ to: 'found', limit: 20, sure: true, drops: true });
  });

  it('takes a quarter off when the first level is refused or times out', () => {
    const capacity = new CapacitySearch({ min: 1, max: 1000 });
    const step = capacity.onLevel(levelAt(20, 20, { dropShare: 1, answered: 0 }));
    expect(step).toEqual({ to: 'found', limit: 15, sure: false, drops: true });
  });

  it('finds the same again from what it had found, downwards only', () => {
    const capacity = new CapacitySearch({ min: 1, max: 1000 });
    expect(capacity.verify(levelAt(40, 20))).toEqual({ to: 'try', limit: 24 });
    expect(capacity.onLevel(levelAt(24, 20))).toEqual({ to: 'again' });
    expect(capacity.onLevel(levelAt(24, 20))).toEqual({ to: 'try', limit: 14 });
    const step = capacity.onLevel(levelAt(14, 20));
    expect(step).toEqual({ to: 'found', limit: expect.closeTo(20.5, 0), sure: true, drops: false });
  });
});
