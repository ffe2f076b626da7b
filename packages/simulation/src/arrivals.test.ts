import { describe, expect, it } from 'vitest';
import { Arrivals } from './arrivals.ts';
import { PhaseScript } from './phase-script.ts';
import { randomStream } from './random-streams.ts';
import type { Phase } from './scenario.ts';

const phase = (fromMs: number, toMs: number, load: number): Phase => {
  return { fromMs, toMs, load, service: 1, failing: null, down: false };
};

function instants(kind: 'poisson' | 'even', phases: Phase[], untilMs: number): number[] {
  const random = randomStream(1, 'test');
  const script = new PhaseScript(phases);
  const arrivals = new Arrivals({ ratePerSecond: 100, kind, script, random });
  const all: number[] = [];
  for (let at = arrivals.next(); at < untilMs; at = arrivals.next()) all.push(at);
  return all;
}

const within = (all: readonly number[], fromMs: number, toMs: number): number =>
  all.filter((at) => at >= fromMs && at < toMs).length;

describe('even arrivals', () => {
  it('are spaced by the rate, and by the load of each phase', () => {
    const all = instants('even', [phase(100, 200, 2)], 300);
    expect(all).toEqual([
      10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 105, 110, 115, 120, 125, 130, 135, 140, 145, 150,
      155, 160, 165, 170, 175, 180, 185, 190, 195, 200, 210, 220, 230, 240, 250, 260, 270, 280, 290,
    ]);
  });

  it('keep what they have waited already when the rate changes', () => {
    const all = instants('even', [phase(105, 200, 2)], 130);
    expect(all.slice(10)).toEqual([107.5, 112.5, 117.5, 122.5, 127.5]);
  });

  it('pause where there is no load, and end where none comes any more', () => {
    const all = instants('even', [phase(50, 150, 0)], 200);
    expect(all).toEqual([10, 20, 30, 40, 50, 160, 170, 180, 190]);
    expect(instants('even', [phase(35, Infinity, 0)], 1e9)).toEqual([10, 20, 30]);
  });
});

describe('Poisson arrivals', () => {
  const all = instants('poisson', [phase(200_000, 300_000, 3)], 1_000_000);

  it('come at the rate of each phase', () => {
    expect(Math.abs(within(all, 0, 200_000) / 20_000 - 1)).toBeLessThan(0.02);
    expect(Math.abs(within(all, 200_000, 300_000) / 30_000 - 1)).toBeLessThan(0.02);
    expect(Math.abs(within(all, 300_000, 1_000_000) / 70_000 - 1)).toBeLessThan(0.02);
  });

  it('vary as chance does: as much as their mean', () => {
    const counts = Array.from({ length: 700 }, (_, n) => {
      return within(all, 300_000 + n * 1000, 301_000 + n * 1000);
    });
    const mean = counts.reduce((sum, n) => sum + n, 0) / counts.length;
    const variance = counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / counts.length;
    expect(variance / mean).toBeGreaterThan(0.8);
    expect(variance / mean).toBeLessThan(1.2);
  });
});
