import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { sendRaw } from '../test/raw-client.ts';
import { type Backend, startBackend } from './backend.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await startBackend({ latency: '1ms' });
});
afterAll(() => backend.close());
afterEach(() => backend.reset());

async function call(method: string, path: string, body?: unknown) {
  const answer = await fetch(backend.url + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, string[]> };
}

it('PUT replaces the script and PATCH changes the named fields', async () => {
  const put = await call('PUT', '/backend-control', { status: 503, workers: 3 });
  expect(put.json).toMatchObject({ status: '503', workers: 3, latency: '0ms' });
  await call('PATCH', '/backend-control', { latency: '2ms' });
  expect((await call('GET', '/backend-control')).json).toMatchObject({
    status: '503',
    latency: '2ms',
  });
  expect((await fetch(backend.url)).status).toBe(503);
  expect((await call('POST', '/backend-reset')).json).toMatchObject({
    latency: '1ms',
    status: '200',
  });
  expect((await fetch(backend.url)).status).toBe(200);
});

it('names every wrong field at once and changes nothing', async () => {
  const { status, json } = await call('PUT', '/backend-control', {
    latency: 'long',
    workers: -1,
    worker: 2,
    fault: 'reset@0.7,close@0.7',
  });
  expect(status).toBe(400);
  expect(json.errors!).toHaveLength(4);
  expect(json.errors!.join('\n')).toMatch(/^latency: "long" is not a time/m);
  expect(json.errors!.join('\n')).toMatch(/^workers: /m);
  expect(json.errors!.join('\n')).toMatch(/^worker: no such field; there are .*workers/m);
  expect(json.errors!.join('\n')).toMatch(/^fault: the shares sum to 1.4, more than 1$/m);
  expect(backend.script()).toMatchObject({ latency: '1ms', workers: null });
});

it('answers a body that is no JSON, or no object, with what is wrong', async () => {
  const bad = await fetch(`${backend.url}/backend-control`, { method: 'PUT', body: '{' });
  expect(bad.status).toBe(400);
  expect((await call('PUT', '/backend-control', [1])).json.errors!).toEqual([
    'body: expected an object',
  ]);
});

it('survives a caller that leaves in the middle of its script', async () => {
  const requested = once(backend.server, 'request') as Promise<[IncomingMessage]>;
  const socket = sendRaw(
    backend.port,
    'PUT /backend-control HTTP/1.1\r\nHost: b\r\nContent-Length: 99\r\n\r\n{"status":',
  );
  const [req] = await requested;
  socket.destroy();
  await new Promise((resolve) => req.once('close', resolve));
  expect((await call('GET', '/backend-control')).json).toMatchObject({ status: '200' });
});

it('is not counted and not subject to the script', async () => {
  backend.behave({ fault: 'reset', latency: '1h' });
  expect((await call('GET', '/backend-stats')).json).toMatchObject({ received: 0, active: 0 });
  expect((await call('GET', '/backend-nothing')).status).toBe(404);
});

it('releases what hangs', async () => {
  const pending = fetch(`${backend.url}/?fault=hang`);
  await backend.waitFor(({ hanging }) => hanging === 1);
  expect((await call('POST', '/backend-release')).json).toEqual({ released: 1 });
  expect((await pending).status).toBe(200);
});

it('stands still when frozen', async () => {
  const before = performance.now();
  await call('POST', '/backend-freeze?ms=30');
  await fetch(backend.url);
  expect(performance.now() - before).toBeGreaterThanOrEqual(29);
});
