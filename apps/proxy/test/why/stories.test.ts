import { describe, expect, test } from 'vitest';
import { storyOf as tellRecords } from '../../src/why/request-story.ts';
import { ask, send, startTestBackend } from '../admission/ask.ts';
import { ok, request, response, setUp } from '../kit/cases.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { nextStory, storyOf, toldOf } from './story-of.ts';

const unavailable = response('503 Later', ['Content-Length: 0']);

describe('A request that went well', () => {
  test('tells of its connection, the answer and the time', async () => {
    const { upstream, proxy, client } = await setUp();
    upstream.respond(ok('hello'));
    await client.send(request('GET /fine', ['X-Request-Id: fine']));
    await client.readResponse();
    const story = await nextStory(proxy);
    expect(story).toMatchObject({
      ...{ id: 'fine', method: 'GET', url: '/fine', client: '127.0.0.1', status: 200 },
      ...{ outcome: 'ok', detail: '', queue_wait: 0, bytes_sent: 5 },
      attempts: [
        { upstream: upstream.origin, status: 200, outcome: 'ok', backoff: null, not_retried: null },
      ],
      meanwhile: { active: 0, queued: 0, limit: 50, queue_limit: 100 },
    });
    const [only] = story.attempts;
    const answeredAt = (only?.started_at ?? 0) + (only?.connect ?? 0) + (only?.first_byte ?? 0);
    expect(only?.first_byte).toBeGreaterThan(0);
    // Each is rounded to a tenth of a millisecond.
    expect(only?.ended_at).toBeGreaterThanOrEqual(answeredAt - 0.0003);
    expect(story.total).toBeGreaterThanOrEqual((only?.ended_at as number) - 0.0003);
    expect(Math.abs(Date.parse(story.received_at) - Date.now())).toBeLessThan(60_000);
    expect(toldOf(story)).toEqual([
      expect.stringMatching(/^Attempt 1 at U: connected in T, answered 200 after T(, .*)?\.$/),
      'Answered 200 after T.',
    ]);
    await client.send(request('GET /again'));
    await client.readResponse();
    const again = await nextStory(proxy);
    expect(again.attempts[0]?.connect).toBe(0);
    expect(toldOf(again)[0]).toMatch(
      /^Attempt 1 at U: on an open connection, answered 200 after T/,
    );
  });

  test('after retries tells of each of them', async () => {
    const { upstream, proxy, client } = await setUp();
    upstream.respond((_, connection) => {
      const { length } = upstream.requests;
      if (length === 1) return unavailable;
      if (length === 2) connection.reset();
      return length > 2 ? ok() : undefined;
    });
    await client.send(request('GET /'));
    expect((await client.readResponse()).status).toBe(200);
    const story = await nextStory(proxy);
    expect(story).toMatchObject({ outcome: 'ok', detail: '', status: 200 });
    expect(story.attempts).toMatchObject([
      { outcome: 'upstream_error', status: 503, detail: '', backoff: 0, not_retried: null },
      { outcome: 'connection_terminated', status: null, first_byte: null, backoff: 0 },
      { outcome: 'ok', status: 200, detail: '', backoff: null, not_retried: null },
    ]);
    const [first, second, third] = story.attempts;
    expect(second?.started_at).toBeGreaterThanOrEqual(first?.ended_at as number);
    expect(third?.started_at).toBeGreaterThanOrEqual(second?.ended_at as number);
    expect(toldOf(story)).toEqual([
      expect.stringMatching(/^Attempt 1 at U: connected in T, answered 503 after T/),
      'Paused for T, then tried again.',
      expect.stringMatching(
        /^Attempt 2 at U: on an open connection, the connection ended after T without an answer: /,
      ),
      'Paused for T, then tried again.',
      expect.stringMatching(/^Attempt 3 at U: connected in T, answered 200 after T/),
      'Answered 200 after T.',
    ]);
  });
});

describe('A request that was refused', () => {
  const full = async (flags: Record<`--${string}`, string | number>) => {
    const backend = await startTestBackend({ fault: 'hang' });
    const proxy = await startGateway({
      ...{ '--target': backend.url, '--max-concurrent-requests': 1 },
      ...flags,
    });
    const held = await send(proxy);
    await backend.waitFor(({ hanging }) => hanging === 1);
    return { backend, proxy, held };
  };

  test('by the full queue', async () => {
    const { proxy, held } = await full({ '--max-queue-size': 1 });
    const waiting = await send(proxy);
    await proxy.queued(1);
    expect((await ask(proxy)).status).toBe(503);
    const story = await nextStory(proxy);
    expect(story).toMatchObject({
      ...{ outcome: 'queue_full', status: 503, attempts: [] },
      meanwhile: { active: 1, queued: 1, limit: 1, queue_limit: 1 },
    });
    expect(toldOf(story)).toEqual([
      'Refused: 1 were waiting already (--max-queue-size).',
      'Answered 503 after T.',
    ]);
    waiting.destroy();
    held.destroy();
  });

  test('because nobody may wait', async () => {
    const { proxy, held } = await full({ '--max-queue-size': 0 });
    await ask(proxy);
    expect(toldOf(await nextStory(proxy))[0]).toBe(
      'Refused: every permit was taken, and nobody may wait (--max-queue-size 0).',
    );
    held.destroy();
  });

  test('after too long in the queue', async () => {
    const { proxy, held } = await full({ '--queue-timeout': '60ms' });
    await ask(proxy);
    const story = await nextStory(proxy);
    expect(story.outcome).toBe('queue_timeout');
    expect(story.queue_wait).toBeGreaterThanOrEqual(0.06);
    expect(toldOf(story)).toEqual([
      'Waited T in the queue: the only permit was taken.',
      'Refused: no permit came free in time (--queue-timeout).',
      'Answered 503 after T.',
    ]);
    held.destroy();
  });

  test('as the breaker was open', async () => {
    const { upstream, proxy, client } = await setUp({
      ...{ '--circuit-breaker-threshold': 1, '--max-retries': 0 },
    });
    upstream.respond(unavailable);
    for (let i = 0; i < 2; i++) {
      await client.send(request('GET /'));
      await client.readResponse();
    }
    await proxy.finished();
    expect(toldOf(await nextStory(proxy))).toEqual([
      'Refused: after failures, the breaker of no upstream let a request through.',
      'Answered 503 after T.',
    ]);
  });

  test('as its form was wrong', async () => {
    const { proxy, client } = await setUp();
    await client.send(request('TRACE /'));
    await client.readResponse();
    expect(toldOf(await nextStory(proxy))).toEqual([
      'Refused: TRACE is not forwarded.',
      'Answered 405 after T.',
    ]);
  });

  test('as the proxy was shutting down', async () => {
    const { proxy, client } = await setUp();
    proxy.instance.draining = true;
    await client.send(request('GET /'));
    await client.readResponse();
    expect(toldOf(await nextStory(proxy))).toEqual([
      'Refused: the proxy was shutting down.',
      'Answered 503 after T.',
    ]);
  });
});

describe('A request whose attempt failed', () => {
  test('for a refused connection tells how often it was tried', async () => {
    const gone = await RawUpstream.open();
    await gone.close();
    const proxy = await startGateway({ '--target': gone.origin, '--max-retries': 1 });
    await ask(proxy, { method: 'POST', body: 'x' });
    const story = await nextStory(proxy);
    expect(story.detail).toMatch(/ refused \(ECONNREFUSED\)$/);
    expect(toldOf(story)).toEqual([
      'Attempt 1 at U: no connection after T: U refused (ECONNREFUSED).',
      'Paused for T, then tried again.',
      'Attempt 2 at U: no connection after T: U refused (ECONNREFUSED).',
      'Not tried again: 2 attempts are all there may be (--max-retries 1).',
      'Answered 502 after T.',
    ]);
  });

  test('for silence tells of the timeout', async () => {
    const { upstream, proxy, client } = await setUp({ '--read-timeout': '50ms' });
    upstream.respond(() => undefined);
    await client.send(request('GET /'));
    await client.readResponse();
    const story = await nextStory(proxy);
    expect(story).toMatchObject({
      ...{ outcome: 'connection_read_timeout', status: 504 },
      detail: expect.stringMatching(/^nothing from http:.* for 0.05 s \(--read-timeout\)$/),
      attempts: [{ outcome: 'connection_read_timeout', first_byte: null, status: null }],
    });
    expect(toldOf(story)).toEqual([
      'Attempt 1 at U: connected in T, nothing for T, gave up (--read-timeout).',
      'Not tried again: a silent upstream may still be at work (--retry-on-timeout).',
      'Answered 504 after T.',
    ]);
  });

  test('for silence before the answer tells of its own limit, where there is one', async () => {
    const flags = { '--first-byte-timeout': '50ms', '--read-timeout': '1h' };
    const { upstream, proxy, client } = await setUp(flags);
    upstream.respond(() => undefined);
    await client.send(request('GET /'));
    await client.readResponse();
    const story = await nextStory(proxy);
    expect(story.detail).toMatch(/^nothing from http:.* for 0.05 s \(--first-byte-timeout\)$/);
    expect(toldOf(story)[0]).toBe(
      'Attempt 1 at U: connected in T, nothing for T, gave up (--first-byte-timeout).',
    );
  });

  test('for silence within the answer tells that it was cut', async () => {
    const { upstream, proxy, client } = await setUp({ '--read-timeout': '50ms' });
    upstream.respond(response('200 OK', ['Content-Length: 9'], 'half'));
    await client.send(request('GET /'));
    await client.reader.toEnd('the cut');
    expect(toldOf(await nextStory(proxy))).toEqual([
      'Attempt 1 at U: connected in T, answered 200 after T, then silence; gave up T after the first byte (--read-timeout).',
      'Not tried again: part of the answer was with the client already.',
      "Cut the client's connection after T, so that nobody takes the answer for whole.",
    ]);
  });

  test('within the answer tells that it was cut', async () => {
    const { upstream, proxy, client } = await setUp();
    upstream.respond(async (_, connection) => {
      await connection.send(response('200 OK', ['Content-Length: 9'], 'half'));
      connection.end();
      return undefined;
    });
    await client.send(request('GET /'));
    await client.reader.toEnd('the cut');
    const story = await nextStory(proxy);
    expect(story).toMatchObject({ outcome: 'http_response_incomplete', status: 200 });
    expect(toldOf(story)).toEqual([
      expect.stringMatching(
        /^Attempt 1 at U: connected in T, answered 200 after T, the answer broke off T later: .+\.$/,
      ),
      'Not tried again: part of the answer was with the client already.',
      "Cut the client's connection after T, so that nobody takes the answer for whole.",
    ]);
  });

  test('once a byte of a POST was sent is not repeated', async () => {
    const { upstream, proxy, client } = await setUp();
    upstream.respond((_, connection) => {
      connection.reset();
      return undefined;
    });
    await client.send(request('POST /', ['Content-Length: 1'], 'x'));
    await client.readResponse();
    expect(toldOf(await nextStory(proxy))[1]).toBe(
      'Not tried again: a byte of the POST had been sent, and the upstream may have acted on it.',
    );
  });

  test('with a 503 to a POST, or a 500, is not repeated', async () => {
    const { upstream, proxy, client } = await setUp();
    upstream.respond(({ method }) =>
      method === 'POST' ? unavailable : response('500 Oh', ['Content-Length: 0']),
    );
    await client.send(request('POST /', ['Content-Length: 1'], 'x'));
    await client.readResponse();
    expect(toldOf(await nextStory(proxy)).slice(1)).toEqual([
      'Not tried again: POST is not idempotent, and the upstream may have acted on it.',
      'Answered 503 after T.',
    ]);
    await client.send(request('GET /'));
    await client.readResponse();
    expect(toldOf(await nextStory(proxy))[1]).toBe(
      'Not tried again: of answers only 502, 503 and 504 are retried, not 500.',
    );
  });

  test('with what is not HTTP says so', async () => {
    const { upstream, proxy, client } = await setUp();
    upstream.respond('SSH-2.0-OpenSSH_9.2\r\n');
    await client.send(request('GET /'));
    await client.readResponse();
    const told = toldOf(await nextStory(proxy));
    expect(told[0]).toMatch(
      /^Attempt 1 at U: connected in T, after T came what can't be relayed: .+\.$/,
    );
    expect(told[1]).toBe('Not tried again: a response that cannot be relayed would come again.');
  });

  test('and whose body was not held is not repeated', async () => {
    const { upstream, proxy, client } = await setUp({ '--retry-body-limit': 1 });
    upstream.respond(unavailable);
    await client.send(request('PUT /', ['Content-Length: 5'], 'hello'));
    await client.readResponse();
    expect(toldOf(await nextStory(proxy))[1]).toBe(
      'Not tried again: the body was not held for another time (--retry-body-limit).',
    );
  });

  test('and that is told to come back too late is not repeated', async () => {
    const { upstream, proxy, client } = await setUp();
    upstream.respond(response('503 Later', ['Retry-After: 3600', 'Content-Length: 0']));
    await client.send(request('GET /'));
    await client.readResponse();
    expect(toldOf(await nextStory(proxy))[1]).toBe(
      'Not tried again: the upstream asked for a longer pause than is waited for (Retry-After).',
    );
  });

  test('and whose breaker opened meanwhile says that this kept it from another', async () => {
    const { upstream, proxy, client } = await setUp({ '--circuit-breaker-threshold': 1 });
    upstream.respond(unavailable);
    await client.send(request('GET /'));
    const answered = await client.readResponse();
    expect(JSON.parse(answered.body.toString())).toMatchObject({
      detail: `${upstream.origin} answered 503`,
    });
    const story = await nextStory(proxy);
    expect(story).toMatchObject({ outcome: 'upstream_error', status: 503 });
    expect(story.attempts).toMatchObject([{ backoff: null }]);
    expect(toldOf(story).slice(1)).toEqual([
      'Not tried again: meanwhile the breaker of every upstream had opened.',
      'Answered 503 after T.',
    ]);
  });
});

describe('A request that something from outside ended', () => {
  test('at the upstream, as its time was over', async () => {
    const { upstream, proxy, client } = await setUp({ '--request-timeout': '500ms' });
    upstream.respond(() => undefined);
    await client.send(request('GET /'));
    await client.readResponse();
    expect(toldOf(await nextStory(proxy))).toEqual([
      expect.stringMatching(
        /^Attempt 1 at U: connected in T, given up after T: .*--request-timeout/,
      ),
      'Answered 504 after T.',
    ]);
  });

  test('at the upstream, as the time was over that its client had named', async () => {
    const { upstream, proxy, client } = await setUp({ '--request-timeout': '1m' });
    upstream.respond(() => undefined);
    await client.send(request('GET /', ['X-Request-Timeout: 60ms']));
    await client.readResponse();
    expect(toldOf(await nextStory(proxy))).toEqual([
      'Attempt 1 at U: connected in T, given up after T: the client said that it waits no longer (x-request-timeout).',
      'Answered 504 after T.',
    ]);
  });

  test('in the pause before a retry, as its client left', async () => {
    const { upstream, proxy, client } = await setUp();
    upstream.respond(response('503 Later', ['Retry-After: 20', 'Content-Length: 0']));
    const failed = new Promise((resolve) => proxy.instance.events.once('attempt_failed', resolve));
    await client.send(request('GET /'));
    await failed;
    client.destroy();
    const story = await nextStory(proxy);
    expect(story).toMatchObject({ outcome: 'client_gone', status: 499 });
    expect(toldOf(story).slice(1)).toEqual([
      'Another attempt was due after T.',
      'The client left, or closed its sending side (--half-close abort).',
      'The client left after T, without an answer.',
    ]);
  });

  test('in the queue, at the upstream and within the answer, as its client left', async () => {
    const flags = { '--max-concurrent-requests': 1, '--abandoned': 'release' };
    const { upstream, proxy, client } = await setUp(flags);
    upstream.respond(({ target }) =>
      target === '/half' ? response('200 OK', ['Content-Length: 9'], 'half') : undefined,
    );
    await client.send(request('GET /silent'));
    await upstream.nextRequest();
    const waiting = await proxy.connect();
    await waiting.send(request('GET /'));
    await proxy.queued(1);
    waiting.destroy();
    expect(toldOf(await nextStory(proxy))).toEqual([
      'Waited T in the queue: the only permit was taken.',
      'The client left, or closed its sending side (--half-close abort).',
      'The client left after T, without an answer.',
    ]);
    client.destroy();
    expect(toldOf(await nextStory(proxy))).toEqual([
      'Attempt 1 at U: connected in T, given up after T: the client left, or closed its sending side (--half-close abort).',
      'The client left after T, without an answer.',
    ]);
    const reader = await proxy.connect();
    await reader.send(request('GET /half'));
    await reader.reader.until('half', 'part of the answer');
    reader.destroy();
    expect(toldOf(await nextStory(proxy))).toEqual([
      'Attempt 1 at U: connected in T, answered 200 after T, broken off T later: the client left, or closed its sending side (--half-close abort).',
      'The client left after T, before it had the whole answer.',
    ]);
  });

  test('as the proxy shut down and would not wait any longer', async () => {
    const { upstream, proxy, client } = await setUp({ '--drain-timeout': '50ms' });
    upstream.respond(() => undefined);
    await client.send(request('GET /', ['X-Request-Id: cut']));
    await upstream.nextRequest();
    await proxy.running.drain();
    await client.readResponse();
    // Nobody listens any more.
    const { recentRequests } = proxy.instance;
    expect(toldOf(tellRecords(recentRequests.withId('cut'), false))).toEqual([
      'Attempt 1 at U: connected in T, given up after T: cut: the drain timeout is over (--drain-timeout).',
      'Answered 503 after T.',
    ]);
  });
});

test('Each wait in the queue is told where it was', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({ '--target': backend.url, '--max-concurrent-requests': 1 });
  const held = await send(proxy);
  await backend.waitFor(({ hanging }) => hanging === 1);
  const waiting = await send(proxy);
  await proxy.queued(1);
  backend.behave({ fault: '' });
  backend.releaseAll();
  await held.readResponse();
  await waiting.readResponse();
  await proxy.finished();
  const story = await nextStory(proxy);
  expect(story.queue_wait).toBeGreaterThan(0);
  expect(story.attempts[0]?.started_at).toBeGreaterThanOrEqual(story.queue_wait);
  expect(toldOf(story)).toEqual([
    'Waited T in the queue: the only permit was taken.',
    expect.stringMatching(/^Attempt 1 at U: on an open connection, answered 200 after T/),
    'Answered 200 after T.',
  ]);
});

test('A tunnel tells how long it was open', async () => {
  const { upstream, proxy, client } = await setUp({ '--tunnel-idle-timeout': '50ms' });
  upstream.respond(
    response('101 Switching Protocols', ['Connection: upgrade', 'Upgrade: websocket']),
  );
  await client.send(request('GET /', ['Connection: upgrade', 'Upgrade: websocket']));
  await client.reader.toEnd('the end of the tunnel');
  expect(toldOf(await nextStory(proxy))).toEqual([
    'Attempt 1 at U: connected in T, answered 101 after T.',
    'Nothing went through the tunnel (--tunnel-idle-timeout).',
    'The tunnel was closed after T.',
  ]);
});

test('A wait for a connection of the pool is told', async () => {
  const { upstream, proxy, client } = await setUp({ '--pool-maxsize': 1 });
  let answer: (bytes: string) => void = () => {};
  upstream.respond(
    () =>
      new Promise<string>((resolve) => {
        answer = resolve;
      }),
  );
  await client.send(request('GET /'));
  await upstream.nextRequest();
  const second = await proxy.connect();
  await second.send(request('GET /second', ['X-Request-Id: second']));
  await eventually(() => expect(proxy.service.upstreams.all[0]?.pool.stats().waiting).toBe(1));
  answer(ok());
  await upstream.nextRequest();
  answer(ok());
  await second.readResponse();
  await client.readResponse();
  await proxy.finished();
  await proxy.finished();
  expect(toldOf(await storyOf(proxy, 'second'))[0]).toMatch(
    /^Attempt 1 at U: waited T for a connection \(--pool-maxsize\), on an open connection, answered 200/,
  );
});
