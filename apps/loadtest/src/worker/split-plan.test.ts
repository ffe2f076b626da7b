import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ClosedPlan, OpenPlan } from '../engine/engine.ts';
import { splitPlan } from './split-plan.ts';

const request = {
  url: new URL('http://localhost/'),
  method: 'GET',
  headers: {},
  body: null,
  timeoutMs: 1000,
};
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const some = fc.integer({ min: 1, max: 1000 });
const workers = fc.integer({ min: 1, max: 16 });

it('divides connections and requests exactly, none being without', () => {
  fc.assert(
    fc.property(some, fc.option(some), workers, (concurrent, requests, count) => {
      const length = { requests, durationMs: 1000, drain: true };
      const plan: ClosedPlan = { model: 'closed', request, length, concurrent };
      const parts = splitPlan(plan, count) as ClosedPlan[];
      expect(parts.length).toBe(Math.min(count, concurrent, requests ?? count));
      expect(sum(parts.map((each) => each.concurrent))).toBe(concurrent);
      expect(parts.every((each) => each.concurrent > 0)).toBe(true);
      if (requests === null) return;
      expect(sum(parts.map((each) => each.length.requests ?? 0))).toBe(requests);
      expect(parts.every((each) => (each.length.requests ?? 0) > 0)).toBe(true);
    }),
  );
});

it('deals out an open plan one by one, each part with a seed and its room in flight', () => {
  const plan: OpenPlan = {
    model: 'open',
    request,
    length: { requests: 10, durationMs: null, drain: true },
    stages: [{ durationMs: Number.POSITIVE_INFINITY, rate: 100 }],
    startRate: 100,
    arrivals: 'poisson',
    maxInFlight: 100,
    seed: 1,
  };
  const parts = splitPlan(plan, 3) as OpenPlan[];
  expect(parts.map(({ share }) => share)).toEqual([
    { index: 0, of: 3 },
    { index: 1, of: 3 },
    { index: 2, of: 3 },
  ]);
  expect(parts.map(({ length }) => length.requests)).toEqual([4, 3, 3]);
  expect(parts.map(({ maxInFlight }) => maxInFlight)).toEqual([34, 33, 33]);
  expect(new Set(parts.map(({ seed }) => seed)).size).toBe(3);
});
