import { seededRandom } from '@spillway/core/testing';
import { expect, test } from 'vitest';
import type { Flags } from '../kit/config-from-flags.ts';
import { one, type Reply, together, type Wave } from './play.ts';
import { playReal } from './play-real.ts';
import { playSimulated } from './play-simulated.ts';

/** Retries follow immediately, and no breaker opens unless a case wants it. */
const usual: Flags = {
  '--retry-backoff-factor': 0,
  '--circuit-breaker-threshold': 0,
  '--retry-budget': '100%',
  // The clock is moved on, which looks like a stall of our own; a simulation has none.
  '--shed-event-loop-delay': 'none',
};

const ok = { status: 200 };
const busy = { status: 503 };
const eightBusy: Reply[] = Array(8).fill(busy);

interface Case {
  readonly name: string;
  readonly flags?: Flags;
  readonly waves: readonly Wave[];
  readonly endings: readonly (readonly string[])[];
}

const cases: readonly Case[] = [
  {
    // The simulator asked for the next retry while it still held the place of the one before.
    name: 'sends three attempts for each of many requests that all meet 503, with a budget of 100 %',
    waves: [together(8, eightBusy, eightBusy, eightBusy)],
    endings: [Array(8).fill('upstream_error 3')],
  },
  {
    name: 'lets three of eight try again with a budget of 20 %',
    flags: { '--retry-budget': '20%' },
    waves: [together(8, eightBusy, [busy, busy, busy], [busy, busy, busy])],
    endings: [[...Array(5).fill('upstream_error 1'), ...Array(3).fill('upstream_error 3')]],
  },
  {
    name: 'mends what fails now and then',
    waves: [one('GET', ok), one('GET', busy, ok), one('GET', busy, 'close', ok)],
    endings: [['ok 1'], ['ok 2'], ['ok 3']],
  },
  {
    name: 'tries a POST once that may have been worked on',
    waves: [one('POST', busy), one('POST', 'close'), one('GET', 'close', 'close', 'close')],
    endings: [['upstream_error 1'], ['connection_terminated 1'], ['connection_terminated 3']],
  },
  {
    name: 'heeds Retry-After, and relays one beyond the longest wait',
    waves: [
      one('GET', { status: 503, retryAfterSeconds: 60 }),
      one('GET', { status: 429 }),
      one('GET', { status: 429, retryAfterSeconds: 0 }, ok),
      one('GET', { status: 429, retryAfterSeconds: 0 }, busy, busy),
    ],
    endings: [['upstream_error 1'], ['ok 1'], ['ok 2'], ['upstream_error 3']],
  },
  {
    name: 'retries further statuses, and no others',
    flags: { '--retry-on': '404,500' },
    waves: [
      one('GET', { status: 404 }, ok),
      one('GET', { status: 404 }, { status: 404 }, { status: 404 }),
      one('GET', { status: 500 }, { status: 501 }),
    ],
    endings: [['ok 2'], ['ok 3'], ['upstream_error 2']],
  },
  {
    name: 'gives up a silent attempt',
    flags: { '--read-timeout': '100ms' },
    waves: [one('GET', 'hang')],
    endings: [['connection_read_timeout 1']],
  },
  {
    name: 'tries again after silence where that is asked for',
    flags: { '--read-timeout': '100ms', '--retry-on-timeout': true },
    waves: [one('GET', 'hang', 'hang', 'hang'), one('POST', 'hang')],
    endings: [['connection_read_timeout 3'], ['connection_read_timeout 1']],
  },
  {
    name: 'ends a request at its deadline, whether it is with the target or in the queue',
    flags: { '--request-timeout': '200ms', '--max-concurrent-requests': 1 },
    waves: [together(2, ['hang'], ['hang'])],
    endings: [['http_response_timeout 0', 'http_response_timeout 1']],
  },
  {
    name: 'refuses what the queue has no place for',
    flags: { '--max-concurrent-requests': 1, '--max-queue-size': 1 },
    waves: [together(4)],
    endings: [['ok 1', 'ok 1', 'queue_full 0', 'queue_full 0']],
  },
  {
    name: 'gives the places of clients that leave to those behind them',
    flags: { '--max-concurrent-requests': 1, '--max-queue-size': 2 },
    waves: [{ ...together(3, ['hang']), leaving: [1, 0] }],
    endings: [['client_gone 0', 'client_gone 1', 'ok 1']],
  },
  {
    name: 'says what a retry was to mend that finds the breaker open, and tells the queue',
    flags: { '--max-concurrent-requests': 1, '--circuit-breaker-threshold': 1 },
    waves: [together(3, [busy]), one('GET')],
    endings: [['breaker_open 0', 'breaker_open 0', 'upstream_error 1'], ['breaker_open 0']],
  },
  {
    name: 'opens the breaker after failures in a row, and closes it after a good probe',
    flags: { '--circuit-breaker-threshold': 3, '--max-retries': 0 },
    waves: [
      ...[busy, busy, ok, busy, 'close', busy].map((reply) => one('GET', reply as Reply)),
      one('GET'),
      { ...one('GET', busy), rested: true },
      one('GET'),
      { ...one('GET', ok), rested: true },
      one('GET', ok),
    ],
    endings: [
      ...[['upstream_error 1'], ['upstream_error 1'], ['ok 1']],
      ...[['upstream_error 1'], ['connection_terminated 1'], ['upstream_error 1']],
      ['breaker_open 0'],
      ...[['upstream_error 1'], ['breaker_open 0']],
      ...[['ok 1'], ['ok 1']],
    ],
  },
  {
    name: 'lets in one probe, and refuses those beside it',
    flags: { '--circuit-breaker-threshold': 1, '--max-retries': 0 },
    waves: [one('GET', busy), { ...together(3, [ok]), rested: true }],
    endings: [['upstream_error 1'], ['breaker_open 0', 'breaker_open 0', 'ok 1']],
  },
];

test.each(cases)(
  'The proxy $name, and so does its simulation',
  async ({ flags, waves, endings }) => {
    const real = await playReal({ ...usual, ...flags }, waves);
    expect(real.endings).toEqual(endings);
    expect(playSimulated({ ...usual, ...flags }, waves)).toEqual(real);
  },
);

/** A request with the replies that its attempts may meet: more than it makes are left over. */
const drawWave = (random: () => number): Wave => {
  const among = <T>(...all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const replies = Array.from({ length: 4 }, () =>
    among<Reply>(
      ok,
      ok,
      busy,
      busy,
      'close',
      { status: 500 },
      { status: 404 },
      { status: 429 },
      {
        status: among(429, 503),
        retryAfterSeconds: among(0, 31),
      },
    ),
  );
  return { ...one(among('GET', 'GET', 'POST', 'PUT'), ...replies), rested: random() < 0.2 };
};

test('The proxy and its simulation agree on sequences that chance has made', async () => {
  const random = seededRandom(22);
  const waves = Array.from({ length: 120 }, () => drawWave(random));
  const flags = { ...usual, '--circuit-breaker-threshold': 3, '--retry-on': '404' };
  expect(playSimulated(flags, waves)).toEqual(await playReal(flags, waves));
});
