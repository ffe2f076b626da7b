import { type Outcome, outcomeNames } from '@spillway/contracts';
import { describe, expect, it } from 'vitest';
import type { AttemptFacts } from './tell-attempt.ts';
import { type StoryFacts, tellStory } from './tell-story.ts';

const attempt = (facts: Partial<AttemptFacts> = {}): AttemptFacts => ({
  ...{ upstream: 'http://u', started_at: 0.001, ended_at: 2.004, connect: 0.003, first_byte: null },
  ...{ status: null, outcome: 'ok', detail: 'why', backoff: null, not_retried: null },
  ...{ queueWait: 0, poolWait: 0, retryDue: null, firstByteFlag: '--read-timeout' },
  ...facts,
});

const story = (facts: Partial<StoryFacts>): string[] =>
  tellStory({
    ...{
      id: 'i',
      received_at: '',
      method: 'GET',
      url: '/',
      client: '',
      status: 503,
      outcome: 'ok',
    },
    ...{ detail: '', total: 3.2, queue_wait: 0, bytes_received: 0, bytes_sent: 0, attempts: [] },
    meanwhile: { active: 50, queued: 100, limit: 50, queue_limit: 100 },
    ...{ attemptsDropped: 0, answerBegun: false, sameId: 1 },
    ...facts,
  });

const answered = { first_byte: 0.5, status: 200 };
const begun = 'Attempt 1 at http://u: connected in 3 ms, ';
const cut = "Cut the client's connection after 3.2 s, so that nobody takes the answer for whole.";

describe('An attempt that ended the request', () => {
  it.each<[Outcome, string, Partial<AttemptFacts>?]>([
    ['ok', 'answered 200 after 500 ms, the rest within 1.5 s', answered],
    ['upstream_error', 'answered 502 after 2 s', { first_byte: 2, status: 502 }],
    ['connection_refused', 'no connection after 2 s: why', { connect: null }],
    ['dns_error', 'no connection after 2 s: why', { connect: null }],
    ['dns_timeout', 'no connection after 2 s: why', { connect: null }],
    ['connection_timeout', 'no connection after 2 s: why', { connect: null }],
    ['connection_terminated', 'the connection ended after 2 s without an answer: why'],
    ['http_protocol_error', "after 2 s came what can't be relayed: why"],
    [
      'http_response_incomplete',
      'answered 200 after 500 ms, the answer broke off 1.5 s later: why',
      answered,
    ],
    ['connection_read_timeout', 'nothing for 2 s, gave up (--read-timeout)'],
    [
      'connection_read_timeout',
      'answered 200 after 500 ms, then silence; gave up 1.5 s after the first byte (--read-timeout)',
      answered,
    ],
    ['http_response_timeout', 'given up after 2 s: why'],
    ['http_response_timeout', 'answered 200 after 500 ms, broken off 1.5 s later: why', answered],
    ['draining', 'given up after 2 s: why'],
    ['client_gone', 'given up after 2 s: why'],
    ['client_error', 'given up after 2 s: why'],
  ])('%s: %s', (outcome, steps, facts = {}) => {
    const { connect = 0.003 } = facts;
    const [first, last, ...others] = story({
      ...{ outcome, status: 504, answerBegun: (facts.first_byte ?? null) !== null },
      attempts: [attempt({ outcome, ...facts })],
    });
    expect(first).toBe(
      `${connect === null ? begun.replace('connected in 3 ms, ', '') : begun}${steps}.`,
    );
    expect(last).toMatch(
      /^(Answered 504|Cut the client's connection|The client left) after 3\.2 s/,
    );
    expect(others).toEqual([]);
  });
});

describe('A request without an attempt', () => {
  it.each<[Outcome, string, string?]>([
    ['queue_full', 'Refused: 100 were waiting already (--max-queue-size).'],
    ['queue_timeout', 'Refused: no permit came free in time (--queue-timeout).'],
    ['breaker_open', 'Refused: after failures, the breaker of no upstream let a request through.'],
    [
      'overloaded',
      'Refused: the upstream could not keep up, and it had waited for more than a moment (--queue-order adaptive).',
    ],
    ['displaced', 'Refused: its place in the queue went to a request with more right to it.'],
    [
      'deadline_unreachable',
      'Refused: by the line before it, its turn would have come too late for its deadline or --queue-timeout.',
    ],
    ['key_limit', 'Refused: its key had as many requests at once as one may have (--max-per-key).'],
    ['memory_overloaded', 'Refused: the proxy was short of memory (--shed-memory).'],
    ['draining', 'Refused: the proxy was shutting down.'],
    ['draining', 'Cut: the drain timeout is over.', 'cut: the drain timeout is over'],
    ['client_error', 'Refused: the Host field is missing.', 'the Host field is missing'],
    ['http_response_timeout', 'The time is over.', 'the time is over'],
    ['connection_terminated', 'Internal error of the proxy.', 'internal error of the proxy'],
  ])('%s: %s', (outcome, cause, detail = '') => {
    expect(story({ outcome, detail })).toEqual([cause, 'Answered 503 after 3.2 s.']);
  });
});

it.each(outcomeNames)('%s is told in sentences, with and without an attempt', (outcome) => {
  const without = story({ outcome });
  const within = story({ outcome, attempts: [attempt({ outcome, detail: '' })] });
  for (const sentence of [...without, ...within]) expect(sentence).toMatch(/^[A-Z].*[^.]\.$/);
  expect(within.length).toBeGreaterThanOrEqual(2);
  expect(within[0]).toMatch(/^Attempt 1 at http:\/\/u: /);
});

it('tells each wait, pause and refusal where it was', () => {
  const told = story({
    ...{
      outcome: 'connection_refused',
      status: 502,
      queue_wait: 1.9,
      attemptsDropped: 3,
      sameId: 2,
    },
    attempts: [
      attempt({ outcome: 'connection_refused', queueWait: 1.2, connect: null, backoff: 0.25 }),
      attempt({
        ...{ outcome: 'connection_refused', queueWait: 0.5, connect: null, poolWait: 1 },
        not_retried: 'the queue was full',
      }),
    ],
  });
  expect(told).toEqual([
    '2 of the requests kept have this id: this is the newest.',
    'The first 3 attempts are no longer kept.',
    'Waited 1.2 s in the queue: all 50 permits were taken.',
    'Attempt 4 at http://u: no connection after 2 s: why.',
    'Paused for 250 ms, then tried again.',
    'Waited 500 ms in the queue: all 50 permits were taken.',
    'Attempt 5 at http://u: waited 1 s for a connection (--pool-maxsize), no connection after 1 s: why.',
    'Not tried again: the queue was full.',
    'Waited 200 ms in the queue: all 50 permits were taken.',
    'Answered 502 after 3.2 s.',
  ]);
});

it('says that an answer was cut when it had begun, and what became of a retry that was due', () => {
  const failed = attempt({ outcome: 'http_response_incomplete', ...answered });
  expect(
    story({ outcome: 'http_response_incomplete', attempts: [failed], answerBegun: true }).at(-1),
  ).toBe(cut);
  const due = attempt({ outcome: 'upstream_error', status: 503, first_byte: 2, retryDue: 7200 });
  expect(story({ outcome: 'client_gone', status: 499, attempts: [due] }).slice(1)).toEqual([
    'Another attempt was due after 2h.',
    'The client left after 3.2 s, without an answer.',
  ]);
});
