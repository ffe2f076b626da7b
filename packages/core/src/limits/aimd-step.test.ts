import { describe, expect, it } from 'vitest';
import { cruise, judgeProbe, probeLimit } from './aimd-step.ts';

const window = {
  ...{ durationMs: 1000, inFlight: 20, answered: 400 },
  ...{ dropShare: 0, ratio: 1, ratioError: 0.02 },
};
const course = { pace: 2, backoff: 0.9, probeDue: false };

describe('cruise', () => {
  it.each([
    ['grows while used and fast', {}, { to: 'move', limit: 22, reason: 'growth' }],
    [
      'by one over the limit for each answer at most',
      { answered: 10 },
      { to: 'move', limit: 20.5, reason: 'growth' },
    ],
    ['stays while not used', { inFlight: 10 }, { to: 'stay' }],
    ['stays with a little queue', { ratio: 1.1 }, { to: 'stay' }],
    ['stays while latency says nothing', { ratioError: 0.5 }, { to: 'stay' }],
    ['looks into a rise', { ratio: 1.3 }, { to: 'probe', why: 'slow' }],
    ['but not into one that may be chance', { ratio: 1.25, ratioError: 0.15 }, { to: 'stay' }],
    ['takes a tenth for drops', { dropShare: 0.03 }, { to: 'move', limit: 18, reason: 'drops' }],
    ['bears with a few', { dropShare: 0.01 }, { to: 'move', limit: 22, reason: 'growth' }],
    ['stays without a baseline', { ratio: Number.NaN }, { to: 'stay' }],
  ])('%s', (_, seen, step) => {
    expect(cruise(20, { ...window, ...seen }, course)).toEqual(step);
  });

  it('slows down as the queue begins', () => {
    const step = cruise(20, { ...window, ratio: 1.025 }, course);
    expect(step).toEqual({ to: 'move', limit: expect.closeTo(21), reason: 'growth' });
  });

  it('probes when it is time', () => {
    expect(cruise(20, window, { ...course, probeDue: true })).toEqual({ to: 'probe', why: 'due' });
  });
});

describe('probeLimit', () => {
  const bounds = { min: 4, max: 100 };
  it.each([
    ['a fifth below', 50, 1, 40],
    ['where the work would fit, when that is lower', 50, 1.6, 31.25],
    ['never below a half', 50, 9, 25],
    ['above, at the floor', 4, 2, 6],
  ])('%s', (_, limit, ratio, probe) => {
    expect(probeLimit(limit, ratio, 0.8, bounds)).toBeCloseTo(probe);
  });
});

describe('judgeProbe', () => {
  const judge = (before: Partial<typeof window>, during: Partial<typeof window>) =>
    judgeProbe(30, { ...window, ...before }, { ...window, ...during });
  it('finds no queue where less in flight is not faster', () => {
    const verdict = judge({ inFlight: 30, answered: 600 }, { inFlight: 20 });
    expect(verdict).toEqual({ finding: 'no_queue', limit: 30 });
  });
  it('finds the queue above where the probe does part of the work as fast as ever', () => {
    const verdict = judge(
      { inFlight: 30, answered: 400, ratio: 1.5 },
      { inFlight: 15, answered: 300 },
    );
    expect(verdict).toEqual({ finding: 'queue_above', limit: expect.closeTo(20 * 1.04) });
  });
  it('finds a queue everywhere where the probe does all of the work', () => {
    const verdict = judge({ inFlight: 30, ratio: 3 }, { inFlight: 20, ratio: 2 });
    expect(verdict).toEqual({ finding: 'queue_everywhere', limit: expect.closeTo(20 * 1.04) });
  });
  it('tells nothing when it is slower with less: the upstream has changed meanwhile', () => {
    expect(judge({ inFlight: 30 }, { inFlight: 20, ratio: 1.5 }).finding).toBe('unclear');
  });
  it('tells nothing without a difference in flight', () => {
    expect(judge({ inFlight: 20, ratio: 3 }, { inFlight: 20 }).finding).toBe('unclear');
  });
  it('judges a probe upwards just the same', () => {
    expect(judge({ inFlight: 10, ratio: 2 }, { inFlight: 13, ratio: 2 }).finding).toBe('no_queue');
    expect(judge({ inFlight: 10, ratio: 2 }, { inFlight: 13, ratio: 2.6 })).toMatchObject({
      finding: 'queue_everywhere',
    });
  });
});
