import type { Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startTestBackend } from '../admission/ask.ts';
import { startGateway } from '../kit/test-gateway.ts';

test('Requests pipelined on one connection leave no listeners on it', async () => {
  // Each once left one, and all that it held, until the connection closed.
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  onTestFinished(() => void process.off('warning', onWarning));

  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, '--max-concurrent-requests': 5 });
  const accepted = new Promise<Socket>((resolve) =>
    proxy.running.front.engine.once('connection', resolve),
  );
  const client = await proxy.connect();
  const socket = await accepted;
  const listeners = () => socket.eventNames().map((name) => [name, socket.listenerCount(name)]);

  const roundOf = async (count: number) => {
    await client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(count));
    for (let i = 0; i < count; i++) expect((await client.readResponse()).status).toBe(200);
  };
  await roundOf(1);
  const before = listeners();
  for (let i = 0; i < 5; i++) await roundOf(30);
  expect(listeners()).toEqual(before);
  expect(warnings).toEqual([]);
  client.destroy();
});
