import { describe, expect, it } from 'vitest';
import { OverloadDetector } from './overload-detector.ts';

const line = { intervalMs: 100, harmless: 5 };

/** Sizes seen every 10 ms. */
const watch = (detector: OverloadDetector, sizes: number[], startAt = 0): boolean[] =>
  sizes.map((size, i) => {
    detector.observe(startAt + i * 10, size, line);
    return detector.overloaded;
  });

const growing = (from: number, by: number, times: number): number[] =>
  Array.from({ length: times }, (_, i) => from + i * by);

describe('OverloadDetector', () => {
  it('sees a line that grows through a whole interval in which it never emptied', () => {
    const seen = watch(new OverloadDetector(), growing(1, 4, 30));
    expect(seen.indexOf(true)).toBe(20);
  });

  it('sees no overload in a burst that is being worked off', () => {
    const seen = watch(new OverloadDetector(), [...growing(1, 25, 5), ...growing(100, -2, 50), 0]);
    expect(seen).not.toContain(true);
  });

  it('sees none in a line that stands but does not grow, as of patient clients in a closed loop', () => {
    const sizes = [1, 40, 80, ...Array.from({ length: 200 }, (_, i) => 80 - (i % 7))];
    expect(watch(new OverloadDetector(), sizes)).not.toContain(true);
  });

  it('sees it in a standing line that people are turned away from', () => {
    const detector = new OverloadDetector();
    watch(
      detector,
      Array.from({ length: 30 }, () => 80),
    );
    detector.turnedAway();
    expect(
      watch(
        detector,
        Array.from({ length: 15 }, () => 80),
        300,
      ),
    ).toContain(true);
  });

  it('sees none in a line that empties now and then, or is short', () => {
    const detector = new OverloadDetector();
    const sizes = Array.from({ length: 100 }, (_, i) => (i % 9) * 10);
    expect(watch(detector, sizes)).not.toContain(true);
    expect(watch(detector, [1, 2, 3, ...growing(3, 0.04, 50)], 1000)).not.toContain(true);
  });

  it('is over after an interval that emptied the line and turned nobody away', () => {
    const detector = new OverloadDetector();
    watch(detector, growing(1, 4, 30));
    detector.turnedAway();
    detector.observe(300, 0, line);
    expect(detector.overloaded).toBe(true);
    detector.observe(310, 3, line);
    detector.turnedAway();
    detector.observe(400, 3, line);
    expect(detector.overloaded).toBe(true);
    detector.observe(410, 0, line);
    detector.observe(490, 3, line);
    expect(detector.overloaded).toBe(true);
    detector.observe(500, 3, line);
    expect(detector.overloaded).toBe(false);
  });

  it('is over at the first who comes after a pause', () => {
    const detector = new OverloadDetector();
    watch(detector, growing(1, 4, 30));
    watch(detector, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 300);
    detector.observe(60_000, 1, line);
    expect(detector.overloaded).toBe(false);
  });
});
