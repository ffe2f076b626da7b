import { expect, it } from 'vitest';
import { closedPlan, duration, openPlan, requestTo } from '../../test/engine/support/plans.ts';
import type { LoadPlan } from '../engine/engine.ts';
import { descriptorWarning } from './descriptor-check.ts';

const request = requestTo('http://localhost/');
const length = duration(10_000);
const descriptors = { limit: 120, open: 30 };

interface Asked {
  readonly findKnee?: boolean;
  readonly workers?: number;
}

function warning(plan: LoadPlan, { findKnee = false, workers = 1 }: Asked = {}): string | null {
  return descriptorWarning({ findKnee, maxConcurrency: 512, workers }, plan, descriptors);
}

it.each<[string, RegExp, LoadPlan, Asked?]>([
  ['callers', /^--concurrent 81 needs up to 121 .* may have 120:/, closedPlan(request, length, 81)],
  ['callers of many threads', /needs up to 130/, closedPlan(request, length, 80), { workers: 2 }],
  ['a rate', /^a rate of 100 a second, at 1000 ms .* up to 140/, openPlan(request, length, 100)],
  [
    'the peak of stages',
    /^a rate of 500 a second/,
    openPlan(request, length, 10, { stages: [{ durationMs: 10_000, rate: 500 }] }),
  ],
  ['steps to come', /^--max-concurrency 512/, closedPlan(request, length, 10), { findKnee: true }],
])('%s that need more than there are get a warning with the remedy', (_, text, plan, asked) => {
  expect(warning(plan, asked)).toMatch(text);
  expect(warning(plan, asked)).toContain('ulimit -n');
});

it.each<[string, LoadPlan]>([
  ['callers', closedPlan(request, length, 80)],
  ['a rate', openPlan(request, length, 80)],
  ['a rate with a bound', openPlan(request, length, 1_500, { maxInFlight: 80 })],
  [
    'a rate with a short timeout',
    openPlan(requestTo('http://localhost/', { timeoutMs: 10 }), length, 1_500),
  ],
])('%s that fit get none', (_, plan) => {
  expect(warning(plan)).toBeNull();
});

it('where nobody knows the limit nothing is said', () => {
  const config = { findKnee: false, maxConcurrency: 512, workers: 1 };
  expect(descriptorWarning(config, closedPlan(request, length, 80_000), null)).toBeNull();
});
