import type { AdmissionSnapshot } from '@spillway/contracts';
import { type PartOf, snapshotWith } from '@spillway/contracts/testing';
import { expect, test } from 'vitest';
import { admissionFacts } from './admission-facts.ts';

const told = (admission: PartOf<AdmissionSnapshot>): string[] =>
  admissionFacts(snapshotWith({ admission }).admission, (value) => `${value} s`).map(
    ({ name, text, tone }) => `${name} ${text} (${tone})`,
  );

test('Nothing is told while nothing is configured and all is well', () => {
  expect(told({})).toEqual([]);
});

test.each<[PartOf<AdmissionSnapshot>, string]>([
  [
    { shedding: { resource: 'event_loop', share: 0.251 } },
    'sheds 25 % of new requests: short of processor time (grave)',
  ],
  [{ ramp: 0.4 }, 'lets in 40 %, as the breaker has just closed (notable)'],
  [{ order: { in_force: 'lifo' } }, 'order lifo: more comes than is served (notable)'],
  [{ order: { configured: 'lifo', in_force: 'lifo' } }, 'order lifo (calm)'],
  [{ estimated_wait: 1.5 }, 'wait 1.5 s for a request that comes now (calm)'],
  [{ abandoned: 1 }, 'abandoned 1 permit held for requests given up (notable)'],
  [{ retry_budget: { tokens: 0.4, refused: 7 } }, 'retries budget used up, 7 refused (notable)'],
  [{ limit: { now: 20, configured: 'auto' } }, 'limit 20 by auto (calm)'],
  [
    {
      limit: {
        now: 15,
        configured: 'auto',
        last_change: { from: 20, to: 15, reason: 'drops', seconds_ago: 12.4 },
      },
    },
    'limit 15 by auto, was 20 until 12 s ago: the upstream refused or timed out (calm)',
  ],
  [{ limit: { now: 30, stated_capacity: 30 } }, 'limit 30 of 50, the upstream states 30 (calm)'],
  [{ keys: 4 }, 'keys 4 known (calm)'],
])('%j is told as "%s"', (admission, text) => {
  expect(told(admission)).toEqual([text]);
});

test.each([
  [119, '119 s'],
  [121, '2 min'],
  [9000, '3 h'],
])('A change of the limit %d seconds ago was %s ago', (seconds_ago, ago) => {
  const last_change = { from: 9, to: 8, reason: 'probe' as const, seconds_ago };
  expect(told({ limit: { now: 8, configured: 'auto', last_change } })[0]).toContain(
    `was 9 until ${ago} ago`,
  );
});

test('An empty retry budget is nothing to tell until it refuses', () => {
  expect(told({ retry_budget: { tokens: 0, refused: 0 } })).toEqual([]);
});

test('In brief it is told without what it means', () => {
  const last_change = { from: 9, to: 8, reason: 'probe' as const, seconds_ago: 3 };
  const admission = { limit: { now: 8, configured: 'auto' as const, last_change }, abandoned: 2 };
  const briefs = admissionFacts(snapshotWith({ admission }).admission, String);
  expect(briefs.map(({ brief }) => brief)).toEqual(['2 permits', '8 by auto, was 9']);
});

test('The gravest comes first', () => {
  const names = told({
    keys: 1,
    estimated_wait: 1,
    shedding: { resource: 'memory', share: 0.001 },
  });
  expect(names.map((line) => line.split(' ')[0])).toEqual(['sheds', 'wait', 'keys']);
  expect(names[0]).toContain('1 %');
});
