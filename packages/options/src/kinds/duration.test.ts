import { describe, expect, it } from 'vitest';
import { duration, formatDuration, parseDuration } from './duration.ts';

describe('a duration', () => {
  it.each([
    ['30', 30_000],
    ['0.5', 500],
    ['.5', 500],
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['5 m', 300_000],
    ['1h', 3_600_000],
    ['2d', 172_800_000],
    [30, 30_000],
    [0.25, 250],
  ])('%j is %d ms', (written, ms) => {
    expect(parseDuration(written)).toBe(ms);
    expect(duration().schema.parse(written)).toBe(ms);
  });

  it.each(['', 'soon', '5 minutes', '-5', '5m30s', '1e3', 'Infinity', '5y', '0x10'])(
    '%j is none',
    (written) => {
      expect(duration().schema.safeParse(written).success).toBe(false);
    },
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, true, null, {}, []])(
    'a file cannot hold %j as one',
    (written) => {
      expect(duration().schema.safeParse(written).success).toBe(false);
    },
  );

  it('is refused beyond what a timer can hold, which would fire at once', () => {
    expect(duration().schema.safeParse('24d').success).toBe(true);
    expect(duration().schema.safeParse('25d').success).toBe(false);
  });

  it('is refused when it rounds to nothing', () => {
    expect(duration().schema.safeParse('0.4ms').success).toBe(false);
    expect(duration().schema.safeParse(0).success).toBe(false);
    expect(duration({ minMs: 0 }).schema.parse(0)).toBe(0);
  });

  it.each([
    [0, '0ms'],
    [1, '1ms'],
    [1_500, '1500ms'],
    [75_000, '75s'],
    [120_000, '2m'],
    [3_600_000, '1h'],
    [5_400_000, '90m'],
    [86_400_000, '1d'],
  ])('%d ms is written %s and read back', (ms, written) => {
    expect(formatDuration(ms)).toBe(written);
    expect(parseDuration(written)).toBe(ms);
  });
});
