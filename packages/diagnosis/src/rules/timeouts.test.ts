import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { answering, type Poll, repeated, rulesOf, series, taking } from '../testing/series.ts';

/** Forty a second and 48 at once, each for 1.2 s. */
const timingOut = (share: number, more: Poll = {}): Poll => ({
  ends: { ok: 200 * (1 - share), connection_read_timeout: 200 * share },
  inFlight: 48,
  upstreams: [answering(1.2, { p99: 1.9 })],
  config: { read_timeout: 2 },
  ...more,
});
const calm: Poll = { ends: { ok: 100 }, inFlight: 2, upstreams: [answering(0.1)] };
const findings = (polls: readonly Poll[]) => diagnose(series(polls));

test('A twentieth that times out is worth a finding, less is not, and four never are', () => {
  expect(rulesOf(repeated(6, timingOut(0.05)))).toEqual(['upstream-overloaded']);
  expect(rulesOf(repeated(6, timingOut(0.045)))).toEqual([]);
  const few = [...repeated(5, {}), { ends: { connection_read_timeout: 4 } }, ...repeated(4, {})];
  expect(rulesOf(few)).toEqual([]);
});

test('Refusals of our own do not dilute the share of timeouts', () => {
  const poll = timingOut(0.1, {
    ends: { ok: 90, connection_read_timeout: 10, queue_full: 5_000 },
  });
  expect(rulesOf(repeated(6, poll))).toEqual(['upstream-overloaded']);
});

test('All answers slow and many at once: so many as are answered in half the read timeout', () => {
  const poll = timingOut(0.1, {
    ends: { ok: 1, connection_read_timeout: 1 },
    upstreams: [answering(80, { p99: 115 })],
    config: { read_timeout: 120 },
  });
  const [finding] = findings(repeated(40, poll));
  // 0.2 a second for 60 seconds.
  expect(finding?.changes).toEqual([{ flag: '--max-concurrent-requests', from: '50', to: '12' }]);
});

test('All answers slow, but only a few at once: they do not slow each other down', () => {
  expect(rulesOf(repeated(6, timingOut(0.1, { inFlight: 3 })))).toEqual(['read-timeout-short']);
});

test('Slower with more load than before: the speed of then and the throughput of now', () => {
  const rush: Poll = {
    ends: { ok: 190, connection_read_timeout: 10 },
    inFlight: 48,
    upstreams: [answering(1.2)],
    config: { read_timeout: 2 },
  };
  const [finding] = findings([...repeated(4, calm), ...repeated(4, rush)]);
  expect(finding).toMatchObject({
    rule: 'upstream-overloaded',
    severity: 'warning',
    // 1.1 x 38/s x 0.1 s
    changes: [{ flag: '--max-concurrent-requests', from: '50', to: '5' }],
  });
});

test('Fewer answers than with less load, and timeouts: so many at once as were answered quickly then', () => {
  const silent = (ok: number, cut: number): Poll => ({
    ends: { ok, connection_read_timeout: cut },
    inFlight: 48,
    upstreams: [answering(0.1, { p95: 1.5, p99: 1.9 })],
    config: { read_timeout: 2 },
  });
  const before = repeated(4, calm);
  const [finding] = findings([...before, ...repeated(4, silent(10, 190))]);
  expect(finding).toMatchObject({
    rule: 'upstream-overloaded',
    severity: 'warning',
    // 1.1 x 20/s x 0.1 s
    changes: [{ flag: '--max-concurrent-requests', from: '50', to: '3' }],
  });
  expect(finding?.evidence.slice(0, 3)).toMatchObject([
    { what: 'timeouts' },
    { what: 'requests answered', value: 2 },
    { what: 'requests answered with less load', value: 20 },
  ]);
  // As many are answered as before: only some of them hang, or are slow.
  expect(rulesOf([...before, ...repeated(4, silent(100, 100))])).toEqual([]);
  // No more comes than before.
  expect(rulesOf([...before, ...repeated(4, silent(10, 100))])).toEqual([]);
});

test('Twice as slow and 50 ms slower is slow; a fast upstream may vary', () => {
  const from = (before: number, after: number) =>
    rulesOf([
      ...repeated(4, { ...calm, upstreams: [answering(before)] }),
      ...repeated(4, { ...calm, upstreams: [answering(after)] }),
    ]);
  expect(from(0.1, 0.2)).toEqual(['upstream-slow']);
  expect(from(0.1, 0.19)).toEqual([]);
  expect(from(0.005, 0.05)).toEqual([]);
});

test('The first few answers are no measure of what is fast', () => {
  const first = (count: number): Poll => ({ ...calm, upstreams: [answering(0.1, { count })] });
  const slow = { ...calm, upstreams: [answering(0.8)] };
  expect(rulesOf([...repeated(4, first(50)), ...repeated(4, slow)])).toEqual(['upstream-slow']);
  expect(rulesOf([...repeated(4, first(49)), ...repeated(4, slow)])).toEqual([]);
});

test('More slowly at the same load is no reason to let fewer through', () => {
  const slow = { ...calm, upstreams: [answering(0.8)], inFlight: 16 };
  const [finding] = findings([...repeated(4, calm), ...repeated(4, slow)]);
  expect(finding).toMatchObject({ rule: 'upstream-slow', changes: [] });
});

test('Most answers slow, yet soon enough for as many as are there: the limit cuts the rest', () => {
  const poll = timingOut(0.1, {
    inFlight: 30,
    upstreams: [answering(0.75, { p95: 1.7, p99: 1.9 })],
  });
  expect(rulesOf(repeated(6, poll))).toEqual(['read-timeout-short']);
});

test('Answers near the read timeout with a tenth of the limit taken do not slow each other down', () => {
  const near = (inFlight: number) =>
    rulesOf(
      repeated(6, {
        ends: { ok: 30, connection_read_timeout: 10 },
        inFlight,
        upstreams: [answering(0.9, { p95: 1.15, p99: 1.19, max: 1.2 })],
        config: { read_timeout: 1.2 },
      }),
    );
  expect(near(6)).toEqual(['read-timeout-short']);
  expect(near(10)).toEqual(['upstream-overloaded']);
});

test('While the last minute still shows quick answers beside a crowd, no timeout is called short', () => {
  const tail = { p50: 0.3, p95: 1.5, p99: 1.7, max: 1.99 };
  const rush = timingOut(0.1, { inFlight: 48, upstreams: [answering(0.5, tail)] });
  expect(rulesOf(repeated(6, rush))).toEqual([]);
});

test('In the first minute of a rush the tail tells of it before the median does', () => {
  const rush = (perPoll: number): Poll => ({
    ends: { ok: 0.7 * perPoll, connection_read_timeout: 0.3 * perPoll },
    inFlight: perPoll / 20,
    upstreams: [answering(0.3, { p50: 0.1, p95: 0.4, p99: 0.41, max: 0.41 })],
    config: { read_timeout: 0.4 },
  });
  expect(rulesOf([...repeated(4, calm), ...repeated(4, rush(200))])).toEqual([]);
  expect(rulesOf([...repeated(4, calm), ...repeated(4, rush(100))])).toEqual([
    'read-timeout-short',
  ]);
});

test('An adaptive limit is left to itself', () => {
  const auto = { config: { max_concurrent_requests: 'auto', read_timeout: 2 } };
  const [finding] = findings(repeated(6, timingOut(0.1, auto)));
  expect(finding).toMatchObject({ rule: 'upstream-overloaded', changes: [] });
});

test('Quick answers up to the limit: the limit cuts them', () => {
  const tail = { p50: 0.3, p95: 1.5, p99: 1.7, max: 1.99 };
  const poll = timingOut(0.1, { inFlight: 20, upstreams: [answering(0.5, tail)] });
  const [finding] = findings(repeated(6, poll));
  expect(finding).toMatchObject({
    rule: 'read-timeout-short',
    severity: 'warning',
    changes: [{ flag: '--read-timeout', from: '2s', to: '5.1s' }],
  });
});

test('Where the first byte has a limit of its own, that one is named and changed', () => {
  const tail = { p50: 0.3, p95: 1.5, p99: 1.7, max: 1.99 };
  const config = { read_timeout: 60, first_byte_timeout: 2 };
  const poll = timingOut(0.1, { inFlight: 20, upstreams: [answering(0.5, tail)], config });
  const [finding] = findings(repeated(6, poll));
  expect(finding).toMatchObject({
    rule: 'read-timeout-short',
    changes: [{ flag: '--first-byte-timeout', from: '2s', to: '5.1s' }],
  });
});

test('Nearly at the limit, before anything is cut, is worth a hint', () => {
  const near = (p99: number) =>
    findings(repeated(6, { ends: { ok: 200 }, upstreams: [answering(20, { p99, max: p99 })] }));
  expect(near(96)).toMatchObject([{ rule: 'read-timeout-short', severity: 'hint' }]);
  expect(near(95)).toEqual([]);
});

test('Quick answers far below the limit: what is silent would never have come', () => {
  const hanging = (p95: number, p99: number) =>
    timingOut(0.1, { inFlight: 4, upstreams: [answering(0.1, { p95, p99, max: p99 })] });
  expect(rulesOf(repeated(6, hanging(0.99, 1.9)))).toEqual(['upstream-hangs']);
  expect(rulesOf(repeated(6, hanging(1, 1.9)))).toEqual(['read-timeout-short']);
  const poll = hanging(0.1, 0.5);
  const [finding] = findings(repeated(6, poll));
  expect(finding).toMatchObject({ rule: 'upstream-hangs', changes: [] });
  expect(finding?.remedy).toContain('--read-timeout 1.5s would be enough');
});

test('No answer at all says no more than that', () => {
  const poll: Poll = { ends: { connection_read_timeout: 20 }, inFlight: 40 };
  const [finding] = findings(repeated(6, poll));
  expect(finding).toMatchObject({ rule: 'upstream-hangs', changes: [] });
  expect(finding?.symptom).toContain('hardly any');
});

test('The request timeout is short where wait and answer reach up to it, and only there', () => {
  const cut = (p99: number, wait: number): Poll => ({
    ends: { ok: 90, http_response_timeout: 10 },
    upstreams: [answering(1, { p99 })],
    metrics: { queue_wait: taking(wait) },
    config: { request_timeout: 10 },
  });
  const [finding] = findings(repeated(6, cut(3, 2)));
  expect(finding).toMatchObject({
    rule: 'request-timeout-short',
    changes: [{ flag: '--request-timeout', from: '10s', to: '15s' }],
  });
  expect(rulesOf(repeated(6, cut(2, 2)))).toEqual([]);
});

test('Without a request timeout it is the deadlines of clients that are short, and no flag helps', () => {
  const cut = (share: number): Poll => ({
    ends: { ok: 100 - share, http_response_timeout: share },
    upstreams: [answering(1)],
  });
  const [finding] = findings(repeated(6, cut(5)));
  expect(finding).toMatchObject({ rule: 'request-timeout-short', changes: [] });
  expect(finding?.symptom).toContain('their clients');
  expect(rulesOf(repeated(6, cut(4)))).toEqual([]);
  const none = { ends: { http_response_timeout: 20 } };
  expect(rulesOf(repeated(6, none))).toEqual(['request-timeout-short']);
});
