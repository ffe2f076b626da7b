import { expect, it } from 'vitest';
import { get, sendRaw } from '../test/raw-client.ts';
import { startBackend } from './backend.ts';
import { ScriptError } from './plan.ts';

it('refuses a script with a wrong field', async () => {
  await expect(startBackend({ latency: 'x' })).rejects.toThrow(ScriptError);
});

it('says so when the port is taken', async () => {
  const backend = await startBackend();
  await expect(startBackend({ port: backend.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await backend.close();
});

it('refuses connections while it does not listen, and takes them again after', async () => {
  const backend = await startBackend();
  await fetch(backend.url);
  await backend.stopListening();
  await expect(fetch(backend.url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  await backend.startListening();
  expect((await fetch(backend.url)).status).toBe(200);
  await backend.close();
});

it('closes at once with requests that work, wait, hang and go on without a client', async () => {
  const backend = await startBackend({ workers: 2, abandon: 'continue', latency: '1h' });
  const gone = sendRaw(backend.port, get('/'));
  sendRaw(backend.port, get('/?fault=hang&latency=0s'));
  sendRaw(backend.port, get('/'));
  await backend.waitFor(({ hanging, queued }) => hanging === 1 && queued === 1);
  gone.destroy();
  await backend.waitFor(({ abandoned }) => abandoned === 1);
  const waiting = backend.waitFor(() => false);
  await Promise.all([backend.close(), expect(waiting).rejects.toThrow('the backend closed first')]);
  expect(backend.stats()).toMatchObject({ active: 0, queued: 0, connections: 0, abandoned: 0 });
});

it('closes idle connections after the keep-alive timeout', async () => {
  const backend = await startBackend({ keepAliveTimeoutMs: 20 });
  sendRaw(backend.port, get('/')).resume();
  await backend.waitFor(({ finished }) => finished === 1);
  await backend.waitFor(({ connections }) => connections === 0);
  await backend.close();
});

it('takes two thousand connections at once', async () => {
  const backend = await startBackend({ fault: 'hang' });
  const sockets = Array.from({ length: 2000 }, () => sendRaw(backend.port, get('/')));
  await backend.waitFor(({ hanging }) => hanging === 2000);
  for (const socket of sockets) socket.destroy();
  const over = backend.waitFor(({ connections, active }) => connections === 0 && active === 0);
  expect(await over).toMatchObject({
    aborted: 2000,
    maxConnections: 2000,
  });
  await backend.close();
});
