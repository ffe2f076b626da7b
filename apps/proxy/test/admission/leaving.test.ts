import { describe, expect, test } from 'vitest';
import type { RawClient } from '../kit/raw-client.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { type Asking, ask, send, startTestBackend } from './ask.ts';

const MiB = 1024 * 1024;

/** One permit, taken; one place in the queue, taken by the request. */
async function waitingBehindAnother(asking: Asking) {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 1,
    '--max-queue-size': 1,
  });
  const admitted = await send(proxy);
  await backend.waitFor(({ hanging }) => hanging === 1);
  const client = await send(proxy, asking);
  await proxy.queued(1);
  expect((await ask(proxy)).status).toBe(503);
  expect((await proxy.finished()).outcome).toBe('queue_full');
  return { backend, proxy, admitted, client };
}

const requests: Record<string, Asking> = {
  'without a body': {},
  HEAD: { method: 'HEAD' },
  'with a small body': { method: 'POST', body: 'small' },
  'with half of a small body': {
    method: 'POST',
    fields: { 'Content-Length': 10 },
    body: 'small',
  },
  'with a chunked body under way': {
    method: 'POST',
    fields: { 'Transfer-Encoding': 'chunked' },
    body: '5\r\nhello\r\n',
  },
  'with a body of 32 KiB': { method: 'PUT', body: 'x'.repeat(32 * 1024) },
  'that expects 100 Continue for 8 MiB': {
    method: 'POST',
    fields: { 'Content-Length': 8 * MiB, Expect: '100-continue' },
  },
  'to upgrade to WebSocket': {
    fields: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': 13,
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    },
  },
};

const departures: Record<string, (client: RawClient) => void> = {
  'closes its connection': (client) => client.destroy(),
  'resets its connection': (client) => client.reset(),
};

describe.each(Object.entries(requests))('A waiting request %s', (_name, asking) => {
  test.each(Object.entries(departures))(
    'whose client %s frees its place at once',
    async (_how, leave) => {
      const { backend, proxy, admitted, client } = await waitingBehindAnother(asking);
      leave(client);
      await proxy.queued(0);
      expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone', attempts: 0 });

      const newcomer = await send(proxy);
      await proxy.queued(1);
      expect(backend.stats().received).toBe(1);
      backend.behave({ fault: '' });
      backend.releaseAll();
      expect((await newcomer.readResponse()).status).toBe(200);
      expect((await admitted.readResponse()).status).toBe(200);
      newcomer.destroy();
      admitted.destroy();
    },
  );
});

test('A waiting request is not told to continue before it has its permit', async () => {
  const { backend, proxy, admitted, client } = await waitingBehindAnother({
    method: 'POST',
    path: '/upload',
    fields: { 'Content-Length': 5, Expect: '100-continue' },
  });
  expect(client.reader.received.length).toBe(0);
  backend.behave({ fault: '' });
  backend.releaseAll();
  expect((await client.reader.until('\r\n\r\n', 'an interim answer')).toString()).toBe(
    'HTTP/1.1 100 Continue',
  );
  await client.send('hello');
  const { status, body } = await client.readResponse('POST');
  expect([status, JSON.parse(body.toString()).bytes]).toEqual([200, 5]);
  expect((await proxy.finished()).outcome).toBe('ok');
  client.destroy();
  admitted.destroy();
});

test('The body of a waiting request is not read beyond what came with it', async () => {
  const { proxy, admitted, client } = await waitingBehindAnother({
    method: 'POST',
    fields: { 'Content-Length': 64 * MiB },
    body: 'x',
  });
  const before = process.memoryUsage().arrayBuffers;
  void client.send(Buffer.alloc(32 * MiB));
  // Once it is stuck, neither the proxy nor the system between takes more.
  let sent = -1;
  while (sent !== client.socket.bytesWritten - client.socket.writableLength) {
    sent = client.socket.bytesWritten - client.socket.writableLength;
    await ask(proxy, { path: '/proxy-metrics' });
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40 * MiB);
  expect(client.socket.writableLength).toBeGreaterThan(0);
  client.destroy();
  admitted.destroy();
});

test.each(Object.entries(departures))(
  'A client that %s in the middle of its upload has left, and made no error',
  async (_how, leave) => {
    const backend = await startTestBackend();
    const proxy = await startGateway({ '--target': backend.url });
    const client = await send(proxy, {
      method: 'POST',
      path: '/upload',
      fields: { 'Content-Length': 10 },
      body: 'half',
    });
    await backend.waitFor(({ bytesReceived }) => bytesReceived === 4);
    leave(client);
    expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone', status: 499 });
    expect((await backend.waitFor(({ active }) => active === 0)).aborted).toBe(1);
  },
);

test.each(Object.entries(departures))(
  'A waiting upload of 8 MiB whose client %s is over when its turn comes',
  async (_how, leave) => {
    // The end of the connection is behind bytes that are not read before the permit is won, and nobody
    // who doesn't read hears of it: such a client keeps its place until then, and no longer.
    const { backend, proxy, admitted, client } = await waitingBehindAnother({
      method: 'POST',
      path: '/upload',
      fields: { 'Content-Length': 8 * MiB },
      body: 'x',
    });
    void client.send(Buffer.alloc(8 * MiB - 1));
    await eventually(() => expect(client.socket.bytesWritten).toBeGreaterThan(MiB));
    leave(client);
    backend.behave({ fault: '' });
    admitted.destroy();
    expect((await proxy.finished()).method).toBe('GET');
    expect(await proxy.finished()).toMatchObject({ method: 'POST', outcome: 'client_gone' });
    await backend.waitFor(({ active }) => active === 0);
  },
);
