import { seededRandom } from '@spillway/random';
import { describe, expect, it } from 'vitest';
import { latencies, parseLatency } from './index.ts';
import { normalQuantile } from './normal-quantile.ts';

const samples = 200_000;

function sample(text: string): Float64Array {
  const latency = parseLatency(text);
  const random = seededRandom(42);
  return Float64Array.from({ length: samples }, () => latency.quantileMs(random())).sort();
}

const mean = (sorted: Float64Array) => sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length;
const quantile = (sorted: Float64Array, p: number) => sorted[Math.floor(p * sorted.length)]!;

describe.each([
  ['200ms', { p50: 200, p95: 200, p99: 200 }],
  ['exponential:50ms', { p50: 34.66, p95: 149.8, p99: 230.3 }],
  ['lognormal:50ms', { p50: 44.12, p95: 100.4, p99: 141.2 }],
  ['lognormal:50ms:1', { p50: 30.33, p95: 157.1, p99: 310.6 }],
  ['bimodal:20ms:400ms:0.03', { p50: 20, p95: 20, p99: 400 }],
])('%s', (text, truth) => {
  const sorted = sample(text);
  const latency = parseLatency(text);

  it('has the stated mean', () => {
    expect(mean(sorted) / latency.meanMs).toBeCloseTo(1, 1.7);
  });

  it('has the stated quantiles, within two percent', () => {
    for (const [name, expected] of Object.entries(truth)) {
      const p = Number(name.slice(1)) / 100;
      expect(Math.abs(latency.quantileMs(p) / expected - 1)).toBeLessThan(0.001);
      expect(Math.abs(quantile(sorted, p) / expected - 1)).toBeLessThan(0.02);
    }
  });
});

it('gives the same samples for the same seed and others for another', () => {
  const first = Array.from({ length: 5 }, seededRandom(7));
  expect(Array.from({ length: 5 }, seededRandom(7))).toEqual(first);
  expect(Array.from({ length: 5 }, seededRandom(8))).not.toEqual(first);
});

it('knows the quantiles of the normal distribution', () => {
  for (const [p, z] of [
    [0.5, 0],
    [0.975, 1.959963985],
    [0.999, 3.090232306],
    [0.01, -2.326347874],
  ] as const) {
    expect(normalQuantile(p)).toBeCloseTo(z, 7);
  }
});

it('never samples a negative or endless time', () => {
  for (const { syntax } of latencies) {
    const text = syntax
      .replace(/TIME|MEAN|FAST/, '10ms')
      .replace('SLOW', '1s')
      .replace('SHARE', '0.5')
      .replace(/\[.*\]/, '');
    for (const p of [0, 2 ** -32, 0.5, 1 - 2 ** -32]) {
      const ms = parseLatency(text).quantileMs(p);
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThan(60_000);
    }
  }
});

it.each([
  ['soon', 'is not a time such as 200ms nor one of fixed:TIME'],
  ['exponential:', '"" is not a duration'],
  ['lognormal:50ms:-1', 'sigma "-1" is not between 0 and 5'],
  ['bimodal:1ms:2ms:7', 'share "7" is not between 0 and 1'],
  ['bimodal:1ms:2ms', 'share "" is not between 0 and 1'],
  ['exponential:1s:2', 'more than exponential:MEAN'],
])('refuses %s', (text, message) => {
  expect(() => parseLatency(text)).toThrow(message);
});
