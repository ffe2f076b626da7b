import {
  problemSchema,
  requestListSchema,
  requestNotKeptSchema,
  requestUnderWaySchema,
} from '@spillway/contracts';
import { expect, test } from 'vitest';
import { ask, startTestBackend } from '../admission/ask.ts';
import { ok, request, response, setUp } from '../kit/cases.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { getOwn, jsonOf, nextStory, storyOf } from './story-of.ts';

const unavailable = response('503 Later', ['Content-Length: 0']);

/** One finished request with this id, failed or not. */
async function one(proxy: TestGateway, id: string, path = '/'): Promise<void> {
  await ask(proxy, { path, fields: { 'X-Request-Id': id } });
  await proxy.finished();
}

async function listed(proxy: TestGateway, query = '') {
  const list = requestListSchema.parse(jsonOf(await getOwn(proxy, `/proxy-why${query}`)));
  return { ...list, ids: list.requests.map(({ id }) => id) };
}

async function failing(flags = {}) {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, '--max-retries': 0, ...flags });
  return { proxy, fail: (id: string) => one(proxy, id, '/?status=500') };
}

test('A problem document leads to the story of its request', async () => {
  const { proxy, client } = await setUp({ '--circuit-breaker-threshold': 1 });
  await client.send(request('TRACE /', ['X-Request-Id: a/b:c+d=@.~'.replace('~', '_')]));
  const problem = problemSchema.parse(jsonOf(await client.readResponse()));
  expect(problem.instance).toBe('/proxy-why/a%2Fb%3Ac%2Bd%3D%40._');
  await proxy.finished();
  const story = await getOwn(proxy, problem.instance as string);
  expect(story.status).toBe(200);
  expect(fieldOf(story, 'content-type')).toBe('application/json');
  expect(jsonOf(story)).toMatchObject({ id: 'a/b:c+d=@._', outcome: 'client_error' });
  expect(jsonOf(await getOwn(proxy, '/proxy-why/a/b:c+d=@._'))).toMatchObject({ status: 405 });
});

test('A problem document leads nowhere when no requests are kept, or its client cannot look', async () => {
  for (const flags of [{ '--recent-requests': 0 }, { '--admin-port': 0 }]) {
    const { client } = await setUp(flags);
    await client.send(request('TRACE /'));
    expect(problemSchema.parse(jsonOf(await client.readResponse()))).not.toHaveProperty('instance');
  }
  const { proxy, client } = await setUp();
  await client.send('NOT HTTP\r\n\r\n');
  expect(jsonOf(await client.readResponse())).not.toHaveProperty('instance');
  await proxy.unreadable();
  expect((await listed(proxy, '?all')).ids).toEqual([]);
});

test('An id that is not kept is answered 404, with how many are', async () => {
  const { proxy } = await failing({ '--recent-requests': 7 });
  const unknown = await getOwn(proxy, '/proxy-why/nobody');
  expect(unknown.status).toBe(404);
  const { error, capacity } = requestNotKeptSchema.parse(jsonOf(unknown));
  expect(error).toBe(
    'unknown, or no longer kept: the last 7 failed requests and the last 7 others are (--recent-requests)',
  );
  expect(capacity).toBe(7);
  expect((await getOwn(proxy, '/proxy-why/%ff')).status).toBe(404);
});

test('With --recent-requests 0 nothing is kept', async () => {
  const { proxy, fail } = await failing({ '--recent-requests': 0 });
  await fail('a');
  const gone = await getOwn(proxy, '/proxy-why/a');
  expect(gone.status).toBe(404);
  expect(jsonOf(gone)).toEqual({
    error: 'no requests are kept (--recent-requests 0)',
    capacity: 0,
  });
  expect(await listed(proxy, '?all')).toMatchObject({ ids: [], kept: 0, capacity: 0 });
});

test('Exactly the newest are kept', async () => {
  const { proxy, fail } = await failing({ '--recent-requests': 3 });
  await fail('f0');
  expect(await listed(proxy)).toMatchObject({ ids: ['f0'], kept: 1, capacity: 3 });
  for (const id of ['f1', 'f2', 'f3', 'f4']) await fail(id);
  for (const id of ['s1', 's2', 's3', 's4', 's5']) await one(proxy, id);
  await fail('f5');
  expect(await listed(proxy)).toMatchObject({ ids: ['f5', 'f4', 'f3'], kept: 3, capacity: 3 });
  expect(await listed(proxy, '?all')).toMatchObject({
    ids: ['f5', 's5', 's4', 's3', 'f4', 'f3'],
    kept: 6,
    capacity: 6,
  });
  expect((await getOwn(proxy, '/proxy-why/f2')).status).toBe(404);
  expect((await storyOf(proxy, 's3')).outcome).toBe('ok');
});

test('No flood of successes pushes a failure out', async () => {
  const { proxy, fail } = await failing({ '--recent-requests': 2 });
  await fail('early');
  for (let i = 0; i < 20; i++) await one(proxy, `s${i}`);
  expect((await listed(proxy)).ids).toEqual(['early']);
  expect((await storyOf(proxy, 'early')).attempts).toHaveLength(1);
});

test('Requests of all kinds share the places', async () => {
  const { proxy } = await failing({ '--recent-requests': 2 });
  const long = `/?${'long='.repeat(100)}`;
  for (const [id, path] of [
    ['a', '/a'],
    ['b', long],
    ['c', '/c'],
    ['d', '/d?status=201'],
    ['e', long],
  ] as const) {
    await one(proxy, id, path);
    expect(await storyOf(proxy, id)).toMatchObject({ id, url: path, method: 'GET', outcome: 'ok' });
  }
  expect((await listed(proxy, '?all')).ids).toEqual(['e', 'd']);
  expect(await storyOf(proxy, 'd')).toMatchObject({
    ...{ status: 201, client: '127.0.0.1' },
    attempts: [{ status: 201, upstream: proxy.service.upstreams.all[0]?.origin }],
  });
});

test('A list is narrowed by number and by outcome', async () => {
  const { proxy, fail } = await failing();
  await fail('a');
  await one(proxy, 'b');
  await fail('c');
  await one(proxy, 'd', '/?fault=reset');
  expect((await listed(proxy)).ids).toEqual(['d', 'c', 'a']);
  expect((await listed(proxy, '?limit=2')).ids).toEqual(['d', 'c']);
  expect((await listed(proxy, '?limit=0')).ids).toEqual([]);
  expect((await listed(proxy, '?outcome=upstream_error')).ids).toEqual(['c', 'a']);
  expect((await listed(proxy, '?outcome=ok')).ids).toEqual(['b']);
  expect((await getOwn(proxy, '/proxy-why?outcome=bad')).status).toBe(400);
  expect((await getOwn(proxy, '/proxy-why?limit=few')).status).toBe(400);
  expect((await listed(proxy, '?limit=1000')).ids).toEqual(['d', 'c', 'a']);
  // Seen: 180 MB in one answer, and everybody waited for it.
  const tooMany = await getOwn(proxy, '/proxy-why?all&limit=1001');
  expect(tooMany.status).toBe(400);
  expect(jsonOf(tooMany)).toEqual({ error: 'limit is not a whole number from 0 to 1000' });
  expect((await getOwn(proxy, '/proxy-why/')).status).toBe(200);
});

test('Of requests with one id the newest is told, and that there are others', async () => {
  const { proxy, fail } = await failing();
  await fail('same');
  await one(proxy, 'same', '/newest');
  await one(proxy, 'other');
  const story = await storyOf(proxy, 'same');
  expect(story).toMatchObject({ url: '/newest', outcome: 'ok' });
  expect(story.told[0]).toBe('2 of the requests kept have this id: this is the newest.');
});

test('A request under way is said to be', async () => {
  const { upstream, proxy, client } = await setUp({ '--max-concurrent-requests': 1 });
  upstream.respond(() => undefined);
  await client.send(request('GET /', ['X-Request-Id: held']));
  await upstream.nextRequest();
  const waiting = await proxy.connect();
  await waiting.send(request('GET /', ['X-Request-Id: waiting']));
  await proxy.queued(1);

  const held = await getOwn(proxy, '/proxy-why/held');
  expect(held.status).toBe(202);
  const { told, elapsed } = requestUnderWaySchema.parse(jsonOf(held));
  expect(elapsed).toBeGreaterThan(0);
  expect(told).toEqual([
    expect.stringMatching(/^Still under way after .*: it is at the upstream\.$/),
    `1 attempt so far, the last at ${upstream.origin}.`,
  ]);
  expect(jsonOf(await getOwn(proxy, '/proxy-why/waiting'))).toMatchObject({
    told: [expect.stringMatching(/: it waits in the queue\.$/), '0 attempts so far.'],
  });
  const text = await getOwn(proxy, '/proxy-why/waiting', { Accept: 'text/plain' });
  expect(text.status).toBe(202);
  expect(text.body.toString()).toMatch(/^Still under way after /);
  waiting.destroy();
  client.destroy();
  await proxy.finished();
  expect((await nextStory(proxy)).outcome).toBe('client_gone');
});

test('Text comes to whoever prefers it, JSON to all others', async () => {
  const { proxy, fail } = await failing();
  await fail('a');
  const typeFor = async (accept: string) =>
    fieldOf(await getOwn(proxy, '/proxy-why/a', { Accept: accept }), 'content-type');
  expect(await typeFor('*/*')).toBe('application/json');
  expect(await typeFor('text/plain;q=0.5, application/json')).toBe('application/json');
  expect(await typeFor('text/html,*/*;q=0.8')).toBe('application/json');
  expect(await typeFor('text/plain')).toBe('text/plain; charset=utf-8');
  const text = (await getOwn(proxy, '/proxy-why/a', { Accept: 'text/plain' })).body.toString();
  expect(text).toMatch(/^GET \/\?status=500 {2}500 upstream_error\n/);
  expect(text).toMatch(/\n {2}Answered 500 after [\d.]+ m?s\.\n$/);
  const list = (await getOwn(proxy, '/proxy-why', { Accept: 'text/plain' })).body.toString();
  expect(list).toMatch(
    / a +[\d.]+ m?s +500 upstream_error +GET \/\?status=500\n1 kept, at most 2000\n$/,
  );
});

test('A secret in a query is masked, and a long URL is cut', async () => {
  const { upstream, proxy } = await setUp({ '--recent-requests': 2 });
  upstream.respond(ok());
  await one(proxy, 'secret', '/a?user=me&access_token=s3cr3t&x-amz-signature=s3cr3t');
  expect((await storyOf(proxy, 'secret')).url).toBe(
    '/a?user=me&access_token=***&x-amz-signature=***',
  );
  await one(proxy, 'long', `/${'x'.repeat(10_000)}`);
  const { url } = await storyOf(proxy, 'long');
  expect(url).toHaveLength(2048);
  expect(url.endsWith('xxx...')).toBe(true);
});

test('Only the last attempts of very many are kept', async () => {
  const { upstream, proxy } = await setUp({
    '--max-retries': 30,
    '--retry-budget': 1,
    '--circuit-breaker-threshold': 0,
  });
  upstream.respond(unavailable);
  await one(proxy, 'many');
  const story = await storyOf(proxy, 'many');
  expect(story.attempts).toHaveLength(20);
  expect(story.told[0]).toBe('The first 11 attempts are no longer kept.');
  expect(story.told[1]).toMatch(/^Attempt 12 at /);
  expect(story.told.at(-2)).toBe(
    'Not tried again: 31 attempts are all there may be (--max-retries 30).',
  );
});
