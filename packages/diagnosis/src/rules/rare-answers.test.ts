import type { Percentiles } from '@spillway/contracts';
import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { answering, type Poll, repeated, series, taking } from '../testing/series.ts';

/** A minute between polls. */
const findings = (polls: readonly Poll[]) => diagnose(series(polls, 60));
const rulesOf = (polls: readonly Poll[]) => findings(polls).map(({ rule }) => rule);

/** A minute has two answers, and the last half an hour sixty. */
const rarely = (seconds: number, more: Partial<Percentiles> = {}, active = 10) => {
  const latest = taking(seconds, { count: 60, ...more });
  return {
    ...answering(seconds, { count: 2 }),
    active,
    latest_answers: { seconds: 1800, first_byte: latest, service_time: latest },
  };
};

/** Ten at once, each for five minutes: two a minute. */
const well: Poll = { ends: { ok: 2 }, inFlight: 10, upstreams: [rarely(300)] };
/** By less than this it is never known how fast it can be. */
const halfAnHour = repeated(30, { ...well, config: { read_timeout: 900 } });

test('Answers that take minutes are no trouble', () => {
  expect(rulesOf(repeated(200, { ...well, config: { read_timeout: 900 } }))).toEqual([]);
});

/** Each for two and a half minutes on average: four a minute. */
const cut = (timeouts: number, more: Poll = {}): Poll => ({
  ends: { ok: 4 - timeouts, connection_read_timeout: timeouts },
  inFlight: 10,
  upstreams: [rarely(150, { p50: 90, p95: 280, p99: 295, max: 299 })],
  config: { read_timeout: 300 },
  ...more,
});

test('The slowest of answers that take minutes reach up to the read timeout: it is short', () => {
  expect(findings(repeated(20, cut(1)))).toMatchObject([
    {
      rule: 'read-timeout-short',
      severity: 'warning',
      changes: [{ flag: '--read-timeout', from: '5m', to: '885s' }],
    },
  ]);
  expect(rulesOf(repeated(20, cut(0)))).toEqual([]);
  // Five in a quarter of an hour, the time of six answers.
  const rare = Array.from({ length: 8 }, () => [cut(1), cut(0), cut(0)]).flat();
  expect(rulesOf(rare)).toEqual(['read-timeout-short']);
});

test('All answers near the read timeout: fewer at once, unless they take as long with fewer', () => {
  const near = (active: number) => [rarely(230, { p95: 290, p99: 298, max: 300 }, active)];
  const many: Poll = cut(1, { ends: { ok: 1, connection_read_timeout: 1 }, upstreams: near(10) });
  expect(findings(repeated(20, many))).toMatchObject([
    { rule: 'upstream-overloaded', changes: [{ flag: '--max-concurrent-requests', to: '2' }] },
  ]);
  const few: Poll = {
    ends: { ok: 1 },
    inFlight: 4,
    upstreams: near(4),
    config: { read_timeout: 300 },
  };
  const more: Poll = { ...many, ends: { ok: 2, connection_read_timeout: 1 } };
  expect(rulesOf([...repeated(30, few), ...repeated(20, more)])).toEqual(['read-timeout-short']);
  const half = { ...few, upstreams: near(5) };
  expect(rulesOf([...repeated(30, half), ...repeated(20, more)])).toEqual(['upstream-overloaded']);
});

test('An hour ago they took five minutes, and with twice as many requests it is twenty: overloaded', () => {
  const rush: Poll = {
    ends: { ok: 2, queue_timeout: 2 },
    inFlight: 40,
    upstreams: [rarely(1200)],
    config: { read_timeout: 3600 },
  };
  const [finding, ...others] = findings([...halfAnHour, ...repeated(60, rush)]);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    rule: 'upstream-overloaded',
    // 1.1 x 2 a minute x 5 minutes
    changes: [{ flag: '--max-concurrent-requests', from: '50', to: '11' }],
  });
});

test('Slower by far without more requests is slow by itself, and is so for as long as it is remembered', () => {
  const slow: Poll = {
    ends: { ok: 1 },
    inFlight: 10,
    upstreams: [rarely(900)],
    config: { read_timeout: 3600 },
  };
  expect(rulesOf([...halfAnHour, ...repeated(5, slow)])).toEqual(['upstream-slow']);
  // Five times the half hour that the answers cover.
  expect(rulesOf([...halfAnHour, ...repeated(149, slow)])).toEqual(['upstream-slow']);
  expect(rulesOf([...halfAnHour, ...repeated(155, slow)])).toEqual([]);
});

test('How many came while answers were quick is taken from all the time of those answers', () => {
  const coming = (count: number, more: Poll = {}): Poll => ({
    ends: { ok: count },
    inFlight: 10,
    upstreams: [answering(300, { count: 2 })],
    config: { read_timeout: 3600 },
    ...more,
  });
  // Three a minute, and then one: two on average.
  const quick = coming(1, { upstreams: [rarely(300)] });
  const calm = [...repeated(16, coming(3)), ...repeated(15, coming(1)), quick];
  const slow = (count: number, inFlight: number) =>
    repeated(45, coming(count, { inFlight, upstreams: [rarely(900)] }));
  expect(rulesOf([...calm, ...slow(2, 10)])).toEqual(['upstream-slow']);
  expect(rulesOf([...calm, ...slow(3, 40)])).toEqual(['upstream-overloaded']);
});

test('Requests that wait in vain while answers take as long as ever: the limit is too low', () => {
  const waiting: Poll = {
    ends: { ok: 2, queue_timeout: 2 },
    inFlight: 10,
    queued: 2,
    limit: 10,
    upstreams: [rarely(300)],
    config: { read_timeout: 900 },
  };
  expect(findings(repeated(20, waiting))).toMatchObject([
    { rule: 'limit-too-low', changes: [{ flag: '--max-concurrent-requests', to: '20' }] },
  ]);
});

test('The wider answers spread and the fewer they are, the slower they must be to count as such', () => {
  const times = (seconds: number, count: number) =>
    rarely(seconds, { p50: seconds, p90: 3 * seconds, count });
  const from = (before: number, after: number, count: number) => {
    const poll = (seconds: number): Poll => ({
      ...well,
      upstreams: [times(seconds, count)],
      config: { read_timeout: 9000 },
    });
    return rulesOf([...repeated(30, poll(before)), ...repeated(5, poll(after))]);
  };
  expect(from(300, 1100, 60)).toEqual(['upstream-slow']);
  expect(from(300, 1000, 60)).toEqual([]);
  expect(from(300, 800, 250)).toEqual(['upstream-slow']);
  expect(from(300, 700, 250)).toEqual([]);
});

test('A median that may be chance is no sign of a full upstream', () => {
  const waiting = (seconds: number): Poll => ({
    ends: { ok: 2, queue_timeout: 2 },
    inFlight: 10,
    queued: 2,
    limit: 10,
    upstreams: [rarely(300, { p50: seconds, p90: 3 * seconds })],
    config: { read_timeout: 9000 },
  });
  const after = (seconds: number) =>
    rulesOf([...repeated(30, waiting(200)), ...repeated(10, waiting(seconds))]);
  expect(after(350)).toEqual(['limit-too-low']);
  expect(after(420)).toEqual(['upstream-full']);
});

test('A breaker that opened three times in five minutes is flapping, in a longer memory too it is not', () => {
  const opened = (times: number, state: 'closed' | 'open'): Poll => ({
    ends: { ok: 2 },
    inFlight: 10,
    upstreams: [
      {
        ...rarely(300),
        breaker: { state, consecutive_failures: 0, retry_in: 0, opened_total: times },
      },
    ],
  });
  /** Twenty seconds between polls. */
  const found = (calmPolls: number) => {
    const openings = [1, 2, 3].flatMap((times) => [
      opened(times, 'open'),
      ...repeated(calmPolls, opened(times, 'closed')),
    ]);
    return diagnose(series([...repeated(5, well), ...openings], 20)).map(({ rule }) => rule);
  };
  expect(found(3)).toEqual(['breaker-flapping']);
  expect(found(8)).toEqual([]);
});

test('Of the first slow answers the quick ones come first: they are no measure', () => {
  const slow = repeated(20, { ...well, upstreams: [rarely(900)], config: { read_timeout: 9000 } });
  const first = (polls: number) =>
    repeated(polls, { ...well, upstreams: [rarely(300)], config: { read_timeout: 9000 } });
  expect(rulesOf([...first(24), ...slow])).toEqual([]);
  expect(rulesOf([...first(25), ...slow])).toEqual(['upstream-slow']);
});
