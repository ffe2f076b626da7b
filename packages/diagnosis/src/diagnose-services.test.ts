import { expect, test } from 'vitest';
import { diagnose } from './diagnose.ts';
import { remembered } from './remembered.ts';
import { answering, type Poll, repeated, series } from './testing/series.ts';

const well: Poll = { ends: { ok: 200 }, inFlight: 4, upstreams: [answering(0.1)] };
const failing: Poll = { ends: { ok: 150, upstream_error: 50 }, upstreams: [answering(0.1)] };
const shed: Poll = { ...well, inFlight: 3, ends: { ok: 150, overloaded: 50 } };
const busy = { event_loop_utilization: 1, event_loop_delay: { p50: 0, p99: 0.3, max: 0.3 } };

const found = (polls: readonly Poll[]) =>
  diagnose(series(polls)).map(({ rule, service = null }) => [rule, service]);

const together = (services: Record<string, Poll>, process: Poll = {}): Poll => ({
  ...process,
  services,
});

test('A finding names the service that it is about, also where another does well at the same target', () => {
  const poll = together({ models: failing, reports: well }, { ends: { ok: 350 } });
  expect(found(repeated(5, poll))).toEqual([['upstream-errors', 'models']]);
});

test('Two services with the same trouble are two findings', () => {
  const poll = together({ models: failing, reports: failing });
  expect(found(repeated(5, poll))).toEqual([
    ['upstream-errors', 'models'],
    ['upstream-errors', 'reports'],
  ]);
});

test('What is about the process is told once, without a service, and explains what it does to all of them', () => {
  const memory = { memory: { rss: 2 * 1024 ** 3, heap_used: 0 } };
  const services = { models: { ...shed, process: memory }, reports: { ...well, process: memory } };
  const calm = together(services, { process: memory });
  expect(found(repeated(5, calm))).toEqual([
    ['too-much-asked', 'models'],
    ['memory-high', null],
  ]);
  const late = together(services, { process: { ...memory, ...busy } });
  expect(found(repeated(5, late))).toEqual([
    ['proxy-busy', null],
    ['memory-high', null],
  ]);
});

test('A cause in one service hides no symptom in another', () => {
  const open: Poll = {
    ends: { breaker_open: 50 },
    upstreams: [
      { breaker: { state: 'open', consecutive_failures: 5, retry_in: 30, opened_total: 1 } },
    ],
  };
  const both = { ...open, ends: { breaker_open: 50, overloaded: 50 } };
  expect(found(repeated(5, together({ models: both, reports: shed })))).toEqual([
    ['breaker-open', 'models'],
    ['too-much-asked', 'reports'],
  ]);
});

test('What is found nowhere by itself is not found in the sum', () => {
  const poll = together({ models: well, reports: well }, failing);
  expect(found(repeated(5, poll))).toEqual([]);
});

test('A service that comes later, or is named like a property of every object, is judged from then on', () => {
  const alone = repeated(4, together({ models: well }));
  const joined = repeated(5, together({ models: well, constructor: failing }));
  expect(found([...alone, ...joined])).toEqual([['upstream-errors', 'constructor']]);
});

test('What is remembered is remembered of each service', () => {
  const observations = series(repeated(4, together({ models: well, reports: well })));
  const kept = observations.reduce(remembered, [] as ReturnType<typeof remembered>);
  expect(kept.map(({ services }) => services?.size)).toEqual([2, 2, 2, 2]);
});
