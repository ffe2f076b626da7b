import { expect, it } from 'vitest';
import { Suspicion } from './suspicion.ts';

/** Slow windows in a row until it is time for a probe. */
const windowsUntilProbe = (suspicion: Suspicion, ratio: number): number => {
  let windows = 1;
  while (!suspicion.onWindow(true, ratio)) windows++;
  suspicion.onWindow(false, 1);
  return windows;
};

it('wants a second look, however slow the first window was', () => {
  expect(windowsUntilProbe(new Suspicion(), 9)).toBe(2);
});

it('wants more windows for a small rise', () => {
  expect(windowsUntilProbe(new Suspicion(), 1.15)).toBe(3);
});

it('forgets with the first window that is not slow', () => {
  const suspicion = new Suspicion();
  for (let i = 0; i < 10; i++) {
    expect(suspicion.onWindow(true, 9)).toBe(false);
    expect(suspicion.onWindow(false, 1)).toBe(false);
  }
});

it('is slower to believe after each probe in vain, up to five bad windows, and quick after one that found a queue', () => {
  const suspicion = new Suspicion();
  const seen = [1, 2, 3, 4, 5].map(() => {
    suspicion.onProbe(false);
    return windowsUntilProbe(suspicion, 3);
  });
  expect(seen).toEqual([2, 4, 5, 5, 5]);
  suspicion.onProbe(true);
  expect(windowsUntilProbe(suspicion, 3)).toBe(2);
});
