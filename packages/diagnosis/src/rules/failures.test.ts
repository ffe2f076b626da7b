import type { Outcome } from '@spillway/contracts';
import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { answering, type Poll, repeated, rulesOf, series, taking } from '../testing/series.ts';

const well: Poll = { ends: { ok: 50 }, upstreams: [answering(0.1)] };
const breaker = (state: 'closed' | 'open' | 'half_open', opened: number, retryIn = 0) => ({
  ...answering(0.1),
  breaker: { state, consecutive_failures: 0, retry_in: retryIn, opened_total: opened },
});
const findings = (polls: readonly Poll[]) => diagnose(series(polls));

test.each<[Outcome, string]>([
  ['connection_refused', 'upstream-down'],
  ['dns_error', 'upstream-down'],
  ['connection_timeout', 'connect-timeouts'],
  ['dns_timeout', 'connect-timeouts'],
  ['upstream_error', 'upstream-errors'],
  ['connection_terminated', 'upstream-errors'],
  ['http_protocol_error', 'upstream-errors'],
  ['http_response_incomplete', 'upstream-errors'],
])('%s in number is found by %s', (outcome, rule) => {
  expect(rulesOf(repeated(5, { ends: { [outcome]: 5 } }))).toEqual([rule]);
  expect(rulesOf(repeated(5, { ends: { ok: 90, [outcome]: 10 } }))).toEqual([rule]);
  expect(rulesOf(repeated(5, { ends: { ok: 970, [outcome]: 30 } }))).toEqual([]);
});

test.each<Outcome>(['queue_timeout', 'draining', 'client_error', 'proxy_internal_error'])(
  '%s is not the fault of the upstream',
  (outcome) => {
    expect(rulesOf(repeated(5, { ends: { [outcome]: 50 } }))).toEqual([]);
  },
);

test('An upstream that nothing answers is worse than one that sometimes does', () => {
  expect(findings(repeated(5, { ends: { connection_refused: 5 } }))[0]?.severity).toBe('critical');
  const some = { ends: { ok: 50, connection_refused: 50 } };
  expect(findings(repeated(5, some))[0]?.severity).toBe('warning');
});

test('Connection errors beside timeouts are not an upstream that is down', () => {
  const both = { ends: { ok: 50, connection_refused: 20, connection_timeout: 20 } };
  expect(rulesOf(repeated(5, both))).toEqual(['connect-timeouts']);
  const silent = { ends: { connection_refused: 20, connection_read_timeout: 20 } };
  expect(rulesOf(repeated(5, silent))).toEqual(['upstream-hangs']);
});

test('Connecting that takes long gets more time, a firewall does not', () => {
  const polls = (p99: number): Poll[] =>
    repeated(5, {
      ends: { ok: 90, connection_timeout: 10 },
      metrics: { connect: taking(1, { p99 }) },
    });
  expect(findings(polls(6))[0]?.changes).toEqual([
    { flag: '--connect-timeout', from: '10s', to: '18s' },
  ]);
  expect(findings(polls(0.01))[0]?.changes).toEqual([]);
});

test('An open breaker hides the failures that opened it, and tells them', () => {
  const down: Poll = {
    ends: { ok: 40, connection_refused: 10 },
    upstreams: [breaker('open', 1, 60)],
  };
  const open: Poll = { ends: { breaker_open: 50 }, upstreams: [breaker('open', 1, 30)] };
  const [finding, ...others] = findings([...repeated(2, well), down, ...repeated(3, open)]);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ rule: 'breaker-open', severity: 'critical' });
  expect(finding?.evidence[0]).toEqual({
    what: 'connections refused before',
    value: 10,
    unit: 'requests',
  });
  expect(finding?.cause).toContain('nothing listens there');
});

test('A breaker hides them from the first sight, though it is found later', () => {
  const failing: Poll = { ends: { ok: 20, upstream_error: 30 }, upstreams: [breaker('closed', 0)] };
  const open: Poll = { ends: { breaker_open: 50 }, upstreams: [breaker('open', 1, 30)] };
  expect(rulesOf([well, ...repeated(3, failing)])).toEqual(['upstream-errors']);
  expect(rulesOf([well, ...repeated(3, failing), open])).toEqual([]);
  expect(rulesOf([well, ...repeated(3, failing), ...repeated(3, open)])).toEqual(['breaker-open']);
});

test('A probing breaker is still one that is not closed', () => {
  const polls = ['open', 'half_open', 'open'] as const;
  expect(rulesOf([well, ...polls.map((state) => ({ upstreams: [breaker(state, 1)] }))])).toEqual([
    'breaker-open',
  ]);
});

test('One open breaker of two is a warning of that one', () => {
  const upstreams = [
    { ...breaker('open', 1, 30), url: 'http://a' },
    { ...breaker('closed', 0), url: 'http://b' },
  ];
  const found = findings([well, ...repeated(4, { ends: { ok: 50 }, upstreams })]);
  expect(found).toMatchObject([
    { rule: 'breaker-open', severity: 'warning', upstream: 'http://a' },
  ]);
});

const cycle = (opened: number): Poll[] => [
  { ends: { ok: 50 }, upstreams: [breaker('closed', opened)] },
  { ends: { ok: 20, upstream_error: 5 }, upstreams: [breaker('open', opened + 1, 60)] },
  { ends: { breaker_open: 20 }, upstreams: [breaker('open', opened + 1, 30)] },
];

test('A breaker that opens three times in five minutes after it was well is flapping', () => {
  const polls = [...cycle(0), ...cycle(1), ...cycle(2)];
  const openFor = (seconds: number) =>
    polls.map((poll) => ({ ...poll, config: { circuit_breaker_timeout: seconds } }));
  const told = openFor(10);
  const twice = told.slice(0, 6);
  expect(rulesOf([...twice, ...repeated(3, twice.at(-1) as Poll)])).toEqual(['breaker-open']);
  const [finding, ...others] = findings([...told, ...repeated(2, told.at(-1) as Poll)]);
  expect(others).toEqual([]);
  // Open for 10 s and closed for 3.3 in a cycle: open for 147 s makes it 150.
  expect(finding).toMatchObject({
    rule: 'breaker-flapping',
    changes: [{ flag: '--circuit-breaker-timeout', from: '10s' }],
  });
  expect(finding?.changes[0]?.to).toMatch(/^14\ds$/);

  const mostlyWell = openFor(5);
  const [other] = findings([...mostlyWell, ...repeated(2, mostlyWell.at(-1) as Poll)]);
  expect(other).toMatchObject({ rule: 'breaker-flapping', changes: [] });
  expect(other?.remedy).toContain('--circuit-breaker-ramp');
});

test('However often a breaker is said to have opened between two polls, it is only counted', () => {
  const times = 1e12;
  const flapped: Poll = { ends: { ok: times }, upstreams: [breaker('closed', times)] };
  const quiet: Poll = { ...flapped, ends: {} };
  const [finding] = findings([...repeated(3, well), flapped, ...repeated(3, quiet)]);
  expect(finding).toMatchObject({ rule: 'breaker-flapping' });
});

test('Probes that fail are one outage, not three', () => {
  const down = (opened: number): Poll => ({
    ends: { breaker_open: 20, connection_refused: 1 },
    upstreams: [breaker('open', opened, 10)],
  });
  expect(rulesOf([...repeated(4, well), down(1), down(2), down(3), down(4)])).toEqual([
    'breaker-open',
  ]);
});
