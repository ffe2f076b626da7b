import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { answering, type Poll, repeated, rulesOf, series, taking } from '../testing/series.ts';

/** Fifty at once, each for half a second: a hundred a second. */
const saturated: Poll = {
  ends: { ok: 500 },
  inFlight: 50,
  queued: 80,
  upstreams: [answering(0.5)],
};
const findings = (polls: readonly Poll[]) => diagnose(series(polls));
const mild: Poll = { ends: { ok: 100 }, inFlight: 5, upstreams: [answering(0.5)] };

test('A queue at four fifths before a full limit and a quick upstream: the limit is too low', () => {
  expect(rulesOf(repeated(6, saturated))).toEqual(['limit-too-low']);
  expect(rulesOf(repeated(6, { ...saturated, queued: 79 }))).toEqual([]);
  expect(rulesOf(repeated(6, { ...saturated, inFlight: 44 }))).toEqual([]);
});

test('The limit rises to what is wanted, and to twice itself at most', () => {
  const limitOf = (poll: Poll) => findings(repeated(6, poll))[0]?.changes;
  expect(limitOf(saturated)).toEqual([
    { flag: '--max-concurrent-requests', from: '50', to: '100' },
    { flag: '--pool-maxsize', from: '50', to: '100' },
  ]);
  const little = { ...saturated, queued: 9, queueLimit: 10, config: { pool_maxsize: 100 } };
  expect(limitOf(little)).toEqual([{ flag: '--max-concurrent-requests', from: '50', to: '59' }]);
});

test('Refusals count from five and one in a hundred', () => {
  const refused = (count: number) =>
    rulesOf(repeated(6, { ...saturated, queued: 50, ends: { ok: 495, queue_full: count } }));
  expect(refused(5)).toEqual(['limit-too-low']);
  expect(refused(4)).toEqual([]);
});

test('A limit that adapts is not told what to be', () => {
  const auto = { ...saturated, config: { max_concurrent_requests: 'auto' } };
  expect(rulesOf(repeated(6, auto))).toEqual([]);
});

test('An upstream a little slower than alone is full', () => {
  const slower = { ...saturated, ends: { ok: 417 }, upstreams: [answering(0.6)] };
  const found = findings([...repeated(4, mild), ...repeated(5, slower)]);
  expect(found).toMatchObject([{ rule: 'upstream-full', changes: [] }]);
});

test('An upstream with as many as it states is full, whatever its answers tell', () => {
  const stating = (capacity: number): Poll => ({
    ...saturated,
    admission: { limit: { stated_capacity: capacity } },
  });
  const found = findings(repeated(6, stating(50)));
  expect(found).toMatchObject([{ rule: 'upstream-full', changes: [] }]);
  expect(found[0]?.cause).toContain('as it says that it takes');
  expect(found[0]?.evidence[0]).toEqual({
    what: 'it states that it takes',
    value: 50,
    unit: 'count',
  });
  expect(rulesOf(repeated(6, stating(51)))).toEqual(['limit-too-low']);
});

test('Answers already slow: fewer at once, and not a longer queue', () => {
  const slow = { ...saturated, ends: { ok: 200, queue_full: 100 }, upstreams: [answering(1.2)] };
  const found = findings([...repeated(4, mild), ...repeated(5, slow)]);
  expect(found).toMatchObject([
    {
      rule: 'upstream-overloaded',
      severity: 'warning',
      changes: [{ flag: '--max-concurrent-requests', from: '50', to: '22' }],
    },
  ]);
});

test('While the last minute still shows the calm before, no limit is called too low', () => {
  // Fifty at once and forty a second: more than a second each, whatever the percentiles say.
  const rush = { ...saturated, ends: { ok: 200, queue_full: 50 } };
  expect(rulesOf([...repeated(4, mild), ...repeated(5, rush)])).toEqual([]);
});

test('Bursts that are refused between idle polls: a longer queue, as far as it is served in time', () => {
  const bursts: Poll = { ends: { ok: 100, queue_full: 20 }, upstreams: [answering(0.5)] };
  const changesOf = (more: Poll) => findings(repeated(6, { ...bursts, ...more }))[0]?.changes;
  expect(rulesOf(repeated(6, bursts))).toEqual(['queue-too-small']);
  expect(changesOf({})).toEqual([{ flag: '--max-queue-size', from: '100', to: '120' }]);
  expect(rulesOf(repeated(6, { ...bursts, config: { queue_timeout: 1 } }))).toEqual([]);
  expect(rulesOf(repeated(6, { ...bursts, ends: { ok: 400, queue_full: 80 } }))).toEqual([]);
});

const leaving: Poll = {
  ends: { ok: 180, client_gone: 20 },
  queued: 30,
  inFlight: 50,
  upstreams: [answering(1)],
  metrics: { queue_wait: taking(10) },
};

test('Clients that leave after long waits: a shorter wait, less than theirs by the answer', () => {
  expect(findings(repeated(6, leaving))).toMatchObject([
    {
      rule: 'queue-timeout-long',
      changes: [{ flag: '--queue-timeout', from: '30s', to: '8s' }],
    },
  ]);
});

test('Clients that leave after short waits, or when none waits, do not leave because of the queue', () => {
  const short = { ...leaving, metrics: { queue_wait: taking(0.5) } };
  expect(rulesOf(repeated(6, short))).toEqual([]);
  expect(rulesOf(repeated(6, { ...leaving, queued: 0 }))).toEqual([]);
  expect(rulesOf(repeated(6, { ...leaving, config: { queue_timeout: 5 } }))).toEqual([]);
});

test('Many clients that leave unanswered are told of, those that end a stream are not', () => {
  const gone = (answered: number): Poll => ({
    ends: { ok: 150, client_gone: 50 },
    metrics: { response_time: taking(5), first_byte: taking(1, { count: answered }) },
  });
  expect(rulesOf(repeated(6, gone(375)))).toEqual(['clients-leave']);
  expect(rulesOf(repeated(6, gone(500)))).toEqual([]);
});

test('Requests that wait for connections want as many as may go at once', () => {
  const waiting = (pool: number, count: number): Poll => ({
    ends: { ok: 100 },
    inFlight: 40,
    config: { pool_maxsize: pool },
    upstreams: [{ connections: { open: pool, idle: 0, connecting: 0, waiting: count } }],
  });
  const changes = [{ flag: '--pool-maxsize', from: '20', to: '50' }];
  expect(findings(repeated(6, waiting(20, 20)))).toMatchObject([
    { rule: 'pool-too-small', changes },
  ]);
  expect(rulesOf(repeated(6, waiting(20, 0)))).toEqual([]);
  expect(rulesOf(repeated(6, waiting(50, 1)))).toEqual([]);
});

test('Retries cost only where others wait, from a tenth on', () => {
  const retrying = (retries: number, more: Poll = {}): Poll => ({
    ...saturated,
    queued: 20,
    retries,
    ...more,
  });
  expect(findings(repeated(6, retrying(50)))).toMatchObject([
    { rule: 'retries-cost', changes: [{ flag: '--max-retries', from: '2', to: '0' }] },
  ]);
  expect(rulesOf(repeated(6, retrying(49)))).toEqual([]);
  expect(rulesOf(repeated(6, retrying(50, { queued: 0 })))).toEqual([]);
  expect(rulesOf(repeated(6, retrying(50, { config: { max_retries: 0 } })))).toEqual([]);
});

test('Refusals of our own do not dilute the share of retries', () => {
  const poll = { ...saturated, queued: 20, retries: 50, ends: { ok: 500, overloaded: 2_000 } };
  expect(rulesOf(repeated(6, poll))).toEqual(['retries-cost']);
});

test('Retries are the cause of a queue that fills up beside them', () => {
  expect(rulesOf(repeated(6, { ...saturated, retries: 100 }))).toEqual(['retries-cost']);
});

test('A pause is told once it has lasted for a minute, as a hint, and explains the queue', () => {
  const paused = (seconds: number): Poll => ({ ...mild, inFlight: 0, queued: 95, paused: seconds });
  expect(rulesOf(repeated(6, paused(59)))).not.toContain('paused-long');
  expect(findings(repeated(6, paused(60)))).toMatchObject([
    { rule: 'paused-long', severity: 'hint', remedy: expect.stringContaining('proxy resume') },
  ]);
});
