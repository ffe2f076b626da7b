import { describe, expect, it } from 'vitest';
import { ManualTime, seededRandom } from '../testing.ts';
import { tripRules } from './trip-rules.ts';

const rate = { share: 0.5, windowMs: 10_000, minimumCalls: 10 };

/** Calls until it trips, each failing by chance; the limit when it never does. */
const callsToTrip = (
  rule: { onEnd(failed: boolean, wasSlow: boolean): boolean },
  share: number,
  limit: number,
): number => {
  const random = seededRandom(7);
  for (let n = 1; n <= limit; n++) if (rule.onEnd(random() < share, false)) return n;
  return limit;
};

describe('consecutive_failures', () => {
  it('is fast when all fails and blind at one in ten: why there are others', () => {
    const rule = () => tripRules.consecutive_failures({ threshold: 5 });
    expect(callsToTrip(rule(), 1, 1000)).toBe(5);
    // 62 on the mean at one in two, 111,000 at one in ten.
    expect(callsToTrip(rule(), 0.5, 1000)).toBeLessThan(300);
    expect(callsToTrip(rule(), 0.1, 10_000)).toBe(10_000);
  });
});

describe('failure_rate', () => {
  const setUp = (share = 0.5) => {
    const time = new ManualTime();
    return { time, rule: tripRules.failure_rate({ ...rate, share }, time) };
  };

  it('trips at its share, with enough calls only', () => {
    const { rule } = setUp();
    for (let i = 0; i < 9; i++) expect(rule.onEnd(true)).toBe(false);
    expect(rule.onEnd(true)).toBe(true);
  });

  it('sees what no run of failures shows', () => {
    const { rule } = setUp(0.1);
    expect(callsToTrip(rule, 0.15, 1000)).toBeLessThan(100);
  });

  it('forgets what is older than its window, all of it after an idle hour (seen: one bucket only, so that one more failure tripped)', () => {
    const { time, rule } = setUp();
    for (let i = 0; i < 9; i++) rule.onEnd(true);
    time.advance(3_600_000);
    expect(rule.onEnd(true)).toBe(false);
    time.advance(10_000);
    for (let i = 0; i < 9; i++) expect(rule.onEnd(true)).toBe(false);
    expect(rule.onEnd(true)).toBe(true);
  });

  it('starts over', () => {
    const { rule } = setUp();
    for (let i = 0; i < 9; i++) rule.onEnd(true);
    rule.reset();
    expect(rule.onEnd(true)).toBe(false);
  });
});

describe('slow_call_rate', () => {
  it('counts each call once: slow when it was told so, good when it ended before', () => {
    const rule = tripRules.slow_call_rate({ ...rate, slowMs: 100 }, new ManualTime());
    for (let i = 0; i < 5; i++) rule.onEnd(false, false);
    for (let i = 0; i < 4; i++) expect(rule.onSlow()).toBe(false);
    for (let i = 0; i < 4; i++) expect(rule.onEnd(false, true)).toBe(false);
    expect(rule.onSlow()).toBe(true);
  });
});

it.each([
  [{ share: 0 }, /^share/],
  [{ share: 1.1 }, /^1 - share/],
  [{ windowMs: 0 }, /^windowMs/],
  [{ minimumCalls: 0 }, /^minimumCalls/],
])('a rate refuses %j with a RangeError that names the field', (options, message) => {
  const make = () => tripRules.failure_rate({ ...rate, ...options }, new ManualTime());
  expect(make).toThrow(message);
});
