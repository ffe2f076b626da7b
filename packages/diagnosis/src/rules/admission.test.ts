import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { answering, type Poll, repeated, rulesOf, series } from '../testing/series.ts';

const findings = (polls: readonly Poll[]) => diagnose(series(polls));
const auto = { max_concurrent_requests: 'auto', auto_min: 4, auto_max: 50 };

const fallen: NonNullable<Poll['admission']> = {
  limit: { last_change: { from: 8, to: 4, reason: 'congestion', seconds_ago: 60 } },
};

/** Fifty at once, each for half a second: a hundred a second. */
const busy: Poll = {
  ends: { ok: 500 },
  inFlight: 50,
  upstreams: [answering(0.5)],
  config: { ...auto, auto_max: 200 },
};

test.each(['deadline_unreachable', 'overloaded', 'displaced'] as const)(
  'Many %s before a limit that found its place: too much is asked, and no flag is to be changed',
  (outcome) => {
    const asked = (count: number) =>
      findings(repeated(6, { ...busy, ends: { ok: 495, [outcome]: count } }));
    expect(asked(5)).toMatchObject([{ rule: 'too-much-asked', changes: [] }]);
    expect(asked(5)[0]?.remedy).toMatch(/A longer queue does not/);
    expect(asked(4)).toEqual([]);
  },
);

test('Where the limit is a number and the upstream quick, requests refused early mean that it is too low', () => {
  const poll: Poll = { ...busy, ends: { ok: 500, overloaded: 20 }, config: {} };
  expect(findings(repeated(6, poll))).toMatchObject([
    { rule: 'limit-too-low', changes: [{ flag: '--max-concurrent-requests' }, {}] },
  ]);
});

test('Bursts that are shed as well as turned away get no longer queue', () => {
  const burst = (ends: NonNullable<Poll['ends']>): Poll => ({ ends, upstreams: [answering(0.5)] });
  const both = burst({ ok: 100, queue_full: 20, overloaded: 20 });
  expect(rulesOf(repeated(6, both))).toEqual(['too-much-asked']);
  expect(rulesOf(repeated(6, burst({ ok: 100, queue_full: 20 })))).toEqual(['queue-too-small']);
});

test('An adaptive limit at its ceiling before a quick upstream: a higher one, with its connections', () => {
  const top: Poll = { ...busy, ends: { ok: 500, overloaded: 20 }, config: auto };
  expect(findings(repeated(6, top))).toMatchObject([
    {
      rule: 'auto-at-ceiling',
      changes: [
        { flag: '--auto-max', from: '50', to: '58' },
        { flag: '--pool-maxsize', from: '50', to: '58' },
      ],
    },
  ]);
  const below = { ...top, config: { ...auto, auto_max: 51 } };
  expect(rulesOf(repeated(6, below))).toEqual(['too-much-asked']);
  expect(rulesOf(repeated(6, { ...top, ends: { ok: 500 } }))).toEqual([]);
  const stated: Poll = { ...top, admission: { limit: { stated_capacity: 50 } } };
  expect(rulesOf(repeated(6, stated))).toEqual(['upstream-full']);
});

test('An adaptive limit at its floor with refusals: the upstream is in trouble', () => {
  const floor = (more: Poll = {}): Poll => ({
    ends: { ok: 40, overloaded: 60 },
    limit: 4,
    inFlight: 4,
    upstreams: [answering(0.5)],
    admission: fallen,
    ...more,
    config: { ...auto, ...more.config },
  });
  expect(findings(repeated(6, floor()))).toMatchObject([
    { rule: 'auto-at-floor', changes: [{ flag: '--auto-min', from: '4', to: '1' }] },
  ]);
  const lowest = floor({ config: { auto_min: 1 }, limit: 1, inFlight: 1 });
  expect(findings(repeated(6, lowest))).toMatchObject([{ rule: 'auto-at-floor', changes: [] }]);
  expect(rulesOf(repeated(6, floor({ config: { auto_min: 3 } })))).toEqual(['too-much-asked']);
  expect(rulesOf(repeated(6, floor({ ends: { ok: 40 } })))).toEqual([]);
  // It begins there, and may well go up.
  expect(rulesOf(repeated(6, floor({ admission: {} })))).toEqual(['too-much-asked']);
});

test('A limit that can not move is at no bound', () => {
  const fixed = { ...busy, ends: { ok: 500, overloaded: 20 }, config: { ...auto, auto_min: 50 } };
  expect(rulesOf(repeated(6, fixed))).toEqual(['too-much-asked']);
});

test('Refusals for a key count from five and one in a hundred, and nobody else is to blame', () => {
  const key = (count: number): Poll => ({
    ends: { ok: 495, key_limit: count },
    config: { max_per_key: 3 },
    admission: { keys: 7 },
  });
  const found = findings(repeated(6, key(5)));
  expect(found).toMatchObject([{ rule: 'key-at-cap', severity: 'hint', changes: [] }]);
  expect(found[0]?.evidence).toContainEqual({ what: '--max-per-key', value: 3, unit: 'count' });
  expect(rulesOf(repeated(6, key(4)))).toEqual([]);
});

test('Permits held for abandoned requests count from a fifth of all, and are the cause of the rest', () => {
  const held = (abandoned: number, more: Poll = {}): Poll => ({
    ends: { ok: 100 },
    inFlight: 50,
    upstreams: [answering(0.5)],
    admission: { abandoned },
    ...more,
  });
  expect(rulesOf(repeated(6, held(10)))).toEqual(['abandoned-work']);
  expect(rulesOf(repeated(6, held(9)))).toEqual([]);
  expect(rulesOf(repeated(6, held(2, { limit: 5, inFlight: 5 })))).toEqual([]);
  const remedyAfter = (ends: NonNullable<Poll['ends']>) =>
    findings(repeated(6, held(10, { ends })))[0]?.remedy;
  expect(remedyAfter({ ok: 100, client_gone: 3 })).toContain('--patience-header');
  expect(remedyAfter({ ok: 100, http_response_timeout: 3 })).not.toContain('--patience-header');
  const leaving = { ok: 400, client_gone: 200, overloaded: 20 };
  expect(rulesOf(repeated(6, held(20, { ends: leaving })))).toEqual(['abandoned-work']);
});

test.each([
  ['event_loop', 'proxy-busy'],
  ['memory', 'memory-high'],
  ['connections', 'connections-high'],
] as const)('A proxy short of %s is found by what it sheds: %s', (resource, rule) => {
  const shedding = { resource, share: 0.2 };
  expect(rulesOf(repeated(5, { admission: { shedding } }))).toEqual([rule]);
  const refused: Poll = { ends: { ok: 95, [`${resource}_overloaded`]: 5 } };
  expect(rulesOf(repeated(5, refused))).toEqual([rule]);
});
