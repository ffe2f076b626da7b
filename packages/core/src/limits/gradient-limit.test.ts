import { describe, expect, it } from 'vitest';
import { exponential, LimitSimulation } from '../testing/limit-simulation.ts';
import { GradientLimit } from './gradient-limit.ts';
import { gradientStep } from './gradient-step.ts';

const bounds = { initial: 20, min: 1, max: 1000 };
const simulate = (workers: number, seed = 1, options: Partial<typeof bounds> = {}) =>
  new LimitSimulation(new GradientLimit({ ...bounds, ...options }), { workers }, seed);

describe('GradientLimit', () => {
  it.each([1, 2, 3])('finds 20 workers, and the queue stays short (seed %d)', (seed) => {
    const sim = simulate(20, seed);
    sim.run(30_000);
    const goodput = sim.run(300_000);
    expect(goodput / 400).toBeGreaterThan(0.95);
    expect(sim.latencySumMs / (goodput * 300)).toBeLessThan(50 * 1.35);
    expect(sim.highest).toBeLessThan(32);
  });

  it('does not creep upwards in a day (seen: the long mean learned the queue)', () => {
    const sim = simulate(20);
    sim.run(2 * 3_600_000);
    expect(sim.highest).toBeLessThan(40);
  });

  it('looks again for its baseline when lowering does not help', () => {
    const sim = simulate(20);
    sim.run(60_000);
    sim.backend.serviceMs = exponential(150);
    sim.run(120_000);
    expect((sim.run(600_000) * 0.15) / 20).toBeGreaterThan(0.9);
  });

  it('takes many drops at once for one decrease, and drops from before for none', () => {
    const limit = new GradientLimit({ ...bounds, initial: 100 });
    for (let i = 0; i < 50; i++) limit.onSample(0, 2000, 100, 'dropped');
    expect([limit.limit, limit.lastChange?.reason]).toEqual([90, 'drops']);
    for (let i = 0; i < 50; i++) limit.onSample(1999, 4000 + i, 90, 'dropped');
    expect(limit.limit).toBe(90);
  });

  it('is moved by nothing that says nothing, nor while it is not used', () => {
    const limit = new GradientLimit(bounds);
    for (let i = 0; i < 5000; i++) limit.onSample(i * 10, i * 10 + 1, 20, 'ignored');
    for (let i = 0; i < 5000; i++) limit.onSample(i * 10, i * 10 + 500, 3, 'success');
    expect(limit.limit).toBe(20);
  });

  it('moves to what the upstream states, and not above', () => {
    const sim = simulate(50);
    sim.limit.onStatedCapacity(12, 0);
    sim.run(60_000);
    expect([sim.highest <= 12, sim.limit.lastChange?.to]).toEqual([true, 12]);
  });
});

describe('gradientStep', () => {
  const window = { latencyMs: 50, inFlight: 20, dropped: false };
  it.each([
    ['grows by half the root of the limit, halved, while fast', { ...window }, 21.1, 'growth'],
    ['follows the latency half of the way', { ...window, latencyMs: 80 }, 17.9, 'latency'],
    ['never takes more than a half at once', { ...window, latencyMs: 5000 }, 16.1, 'latency'],
    ['takes a tenth for drops', { ...window, dropped: true }, 18, 'drops'],
  ])('%s', (_, seen, limit, reason) => {
    const step = gradientStep(20, seen, 50);
    expect(step).toEqual({ limit: expect.closeTo(limit, 0), reason });
  });

  it('stays while it is not used', () => {
    expect(gradientStep(20, { ...window, inFlight: 10 }, 50)).toBe(null);
  });
});
