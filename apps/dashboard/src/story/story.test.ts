import type { AttemptStory, RequestStory } from '@spillway/contracts';
import { expect, test } from 'vitest';
import { storySteps } from './story-steps.ts';

const attempt = (part: Partial<AttemptStory>): AttemptStory => ({
  upstream: 'http://127.0.0.1:8000',
  started_at: 0,
  ended_at: 1,
  connect: 0,
  first_byte: null,
  status: null,
  outcome: 'connection_read_timeout',
  detail: '',
  backoff: null,
  not_retried: null,
  ...part,
});

const story = (part: Partial<RequestStory>): RequestStory =>
  ({ queue_wait: 0, total: 10, attempts: [], ...part }) as RequestStory;

test('A request waits, connects, waits for the first byte and gets its body', () => {
  const steps = storySteps(
    story({
      queue_wait: 2,
      attempts: [attempt({ started_at: 2, connect: 1, first_byte: 3, ended_at: 10, status: 200 })],
    }),
  );
  expect(steps.map(({ stretches }) => stretches)).toEqual([
    [{ phase: 'queue', from: 0, to: 2 }],
    [
      { phase: 'connect', from: 2, to: 3 },
      { phase: 'first_byte', from: 3, to: 6 },
      { phase: 'body', from: 6, to: 10 },
    ],
  ]);
});

test('Between attempts it pauses, and may wait in the queue once more', () => {
  const steps = storySteps(
    story({
      queue_wait: 1,
      attempts: [
        attempt({ ended_at: 2, backoff: 3, connect: null, outcome: 'connection_refused' }),
        attempt({ started_at: 6, ended_at: 10 }),
      ],
    }),
  );
  expect(steps.flatMap(({ stretches }) => stretches)).toEqual([
    { phase: 'connect', from: 0, to: 2 },
    { phase: 'backoff', from: 2, to: 5 },
    { phase: 'queue', from: 5, to: 6 },
    { phase: 'silence', from: 6, to: 10 },
  ]);
});

test('Who was never let in only waited, or did not even that', () => {
  expect(storySteps(story({ queue_wait: 10 }))).toMatchObject([{ title: 'In the queue' }]);
  expect(storySteps(story({}))).toEqual([]);
});

test('What it still waited for after its last attempt is shown', () => {
  const steps = storySteps(story({ attempts: [attempt({ ended_at: 8, connect: null })] }));
  expect(steps.at(-1)?.stretches).toEqual([{ phase: 'rest', from: 8, to: 10 }]);
});
