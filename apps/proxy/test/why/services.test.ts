import { readFileSync } from 'node:fs';
import { requestListSchema } from '@spillway/contracts';
import { expect, test } from 'vitest';
import { ask, startTestBackend } from '../admission/ask.ts';
import { configFile } from '../kit/config-file.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { getOwn, jsonOf, storyOf, toldOf } from './story-of.ts';

async function startTwo(): Promise<{ proxy: TestGateway; file: string }> {
  const bad = await startTestBackend({ status: '503' });
  const worse = await startTestBackend({ status: '503' });
  const good = await startTestBackend();
  const file = configFile({
    services: {
      models: { targets: [bad.url, worse.url], retry_backoff_factor: 0 },
      reports: { targets: [good.url] },
    },
    routes: [
      { host: 'api.example.com', path: '/v1/', service: 'models', max_retries: 3 },
      { path: '/reports/', service: 'reports' },
    ],
  });
  const proxy = await startGateway({ '--config': file });
  return { proxy, file };
}

async function one(proxy: TestGateway, id: string, path: string, host = 'other'): Promise<void> {
  await ask(proxy, { path, fields: { 'X-Request-Id': id, Host: host } });
  await proxy.finished();
}

/** As `proxy_config.json:14`: the line on which the route begins. */
const lineOf = (file: string, text: string): number =>
  readFileSync(file, 'utf8').slice(0, readFileSync(file, 'utf8').indexOf(text)).split('\n').length -
  1;

test('A story names route, service and target, and why it was that one', async () => {
  const { proxy, file } = await startTwo();
  await one(proxy, 'failed', '/v1/chat', 'api.example.com');
  const story = await storyOf(proxy, 'failed');
  const conditions = 'host api.example.com, path /v1/';
  expect(story).toMatchObject({ service: 'models', route: { conditions } });
  expect(story.route?.where).toMatch(new RegExp(`:${lineOf(file, '"host": "api.exa')}$`));
  expect(story.attempts.map(({ chosen }) => chosen)).toEqual([
    'the least busy of 2 targets, with 0 requests',
    'another of 2 targets',
    'of 2 targets the one tried longest ago',
    'of 2 targets the one tried longest ago',
  ]);
  const told = toldOf(story);
  expect(told[0]).toBe(
    `Took the route for ${conditions} (${story.route?.where}) to the service models.`,
  );
  expect(told[1]).toMatch(
    /^Attempt 1 at U: the least busy of 2 targets, with 0 requests, connected/,
  );
  // By what its route says.
  expect(told.at(-2)).toMatch(/--max-retries 3/);
  const text = (await getOwn(proxy, '/proxy-why/failed', { Accept: 'text/plain' })).body.toString();
  expect(text).toMatch(
    / {2}service {4}models\n {2}route {6}host api\.example\.com, path \/v1\/, \S+:\d+\n/,
  );
});

test('A plain success and a request that no route takes are told as well', async () => {
  const { proxy } = await startTwo();
  await one(proxy, 'fine', '/reports/1');
  expect(await storyOf(proxy, 'fine')).toMatchObject({
    outcome: 'ok',
    service: 'reports',
    route: { conditions: 'path /reports/' },
  });
  await one(proxy, 'lost', '/elsewhere');
  const lost = await storyOf(proxy, 'lost');
  expect(lost).not.toHaveProperty('service');
  expect(lost).not.toHaveProperty('route');
  expect(lost.told).toEqual([
    'Refused: no route takes it ("proxy routes URL" says why each does not).',
    expect.stringMatching(/^Answered 404/),
  ]);
});

test('A list names services, and can be of one', async () => {
  const { proxy } = await startTwo();
  await one(proxy, 'failed', '/v1/chat', 'api.example.com');
  await one(proxy, 'fine', '/reports/1');
  await one(proxy, 'lost', '/elsewhere');
  const listed = async (query: string) => {
    const { requests } = requestListSchema.parse(jsonOf(await getOwn(proxy, `/proxy-why${query}`)));
    return requests.map(({ id, service }) => [id, service]);
  };
  expect(await listed('?all')).toEqual([
    ['lost', undefined],
    ['fine', 'reports'],
    ['failed', 'models'],
  ]);
  expect(await listed('?all&service=reports')).toEqual([['fine', 'reports']]);
  expect(await listed('?service=reports')).toEqual([]);
  const text = (await getOwn(proxy, '/proxy-why', { Accept: 'text/plain' })).body.toString();
  expect(text).toMatch(/outcome +service\n.* - +GET \/elsewhere\n.* models +GET \/v1\/chat\n/);
  const unknown = await getOwn(proxy, '/proxy-why?service=model');
  expect(unknown.status).toBe(400);
  expect(jsonOf(unknown)).toEqual({ error: 'no such service', services: ['models', 'reports'] });
});

test('With one service and route a story names neither', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url });
  await one(proxy, 'fine', '/');
  const story = await storyOf(proxy, 'fine');
  expect(story).not.toHaveProperty('service');
  expect(story).not.toHaveProperty('route');
  expect(story.attempts[0]).not.toHaveProperty('chosen');
  expect(story.told[0]).toMatch(/^Attempt 1/);
});
