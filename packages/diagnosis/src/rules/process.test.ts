import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { answering, type Poll, repeated, rulesOf, series } from '../testing/series.ts';

const loop = (utilization: number, p99: number): NonNullable<Poll['process']> => ({
  event_loop_utilization: utilization,
  event_loop_delay: { p50: 0.02, p99, max: p99 },
});
const mebibyte = 1024 * 1024;

test('A busy event loop that is late means that the proxy is too slow; one of both does not', () => {
  expect(rulesOf(repeated(5, { process: loop(0.9, 0.1) }))).toEqual(['proxy-busy']);
  expect(rulesOf(repeated(5, { process: loop(0.89, 0.5) }))).toEqual([]);
  expect(rulesOf(repeated(5, { process: loop(1, 0.09) }))).toEqual([]);
});

test('A proxy that is too slow explains all that seems slow', () => {
  const calm: Poll = { ends: { ok: 100 }, upstreams: [answering(0.1)] };
  const slow: Poll = { ends: { ok: 100 }, upstreams: [answering(0.9)], process: loop(1, 0.8) };
  expect(rulesOf([...repeated(4, calm), ...repeated(5, slow)])).toEqual(['proxy-busy']);
});

test('Memory is much from 1.5 GiB on', () => {
  const using = (mebibytes: number) => ({
    process: { memory: { rss: mebibytes * mebibyte, heap_used: 0 } },
  });
  expect(rulesOf(repeated(5, using(1536)))).toEqual(['memory-high']);
  expect(rulesOf(repeated(5, using(1535)))).toEqual([]);
});

test.each([
  ['descriptors', 'ulimit -n'],
  ['ports', 'ip_local_port_range'],
  ['memory', 'tcp_mem'],
] as const)('Running out of %s is found while it goes on, with its remedy', (kind, remedy) => {
  const shortages = (seen: number) => ({ descriptors: 0, ports: 0, memory: 0, [kind]: seen });
  const polls = (each: number): Poll[] =>
    [1, 2, 3, 4, 5].map((n) => ({
      ends: { ok: 50, proxy_internal_error: each },
      process: { shortages: shortages(each * n) },
    }));
  expect(diagnose(series(polls(5)))).toMatchObject([
    { rule: 'proxy-exhausted', severity: 'critical', remedy: expect.stringContaining(remedy) },
  ]);
  expect(rulesOf(polls(0))).toEqual([]);
});

test.each([
  ['90 days, with 15 left', 90, 15, null],
  ['90 days, with 13 left', 90, 13, 'warning'],
  ['6 days, with 2 left', 6, 2, null],
  ['6 days, with 1 left', 6, 1, 'warning'],
  ['90 days, and over', 90, -1, 'critical'],
] as const)('A certificate of %s', (_what, lifetimeDays, leftDays, severity) => {
  const day = 86_400;
  const fresh = { source: 'b.pem', names: ['b.test'], expires_at: '', expires_in: 80 * day };
  const certificates = [
    { ...fresh, lifetime: 90 * day },
    {
      ...{ source: 'a.pem', names: ['a.test'], expires_at: '' },
      ...{ expires_in: leftDays * day, lifetime: lifetimeDays * day },
    },
  ];
  const found = diagnose(series(repeated(5, { certificates })));
  expect(found.map((finding) => finding.severity)).toEqual(severity === null ? [] : [severity]);
  if (severity !== null) expect(found[0]?.symptom).toContain('a.test');
});

test('What the proxy refuses to protect itself tells the same', () => {
  expect(rulesOf(repeated(5, { ends: { ok: 95, event_loop_overloaded: 5 } }))).toEqual([
    'proxy-busy',
  ]);
  expect(rulesOf(repeated(5, { ends: { ok: 95, memory_overloaded: 5 } }))).toEqual(['memory-high']);
  expect(rulesOf(repeated(5, { ends: { ok: 9_600, memory_overloaded: 4 } }))).toEqual([]);
});
