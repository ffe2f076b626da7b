import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '@spillway/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { bytesOfRequest, startTestBackend } from '../admission/ask.ts';
import { RawClient } from '../kit/raw-client.ts';
import { eventually, within } from '../kit/waiting-line.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A socket that listens, and nobody that accepts: this process only holds it. */
async function listeningSocket(): Promise<{ port: number; fd: number; server: Server }> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { fd } = (server as Server & { _handle: { fd: number } })._handle;
  return { port: (server.address() as AddressInfo).port, fd, server };
}

/** The proxy, started as systemd starts it: only the shell that becomes it knows its LISTEN_PID. */
function startWith(fds: readonly number[], names: string, flags: readonly string[]) {
  const proxy = spawn(
    'sh',
    [
      ...['-c', 'LISTEN_PID=$$ exec "$@"', 'sh'],
      ...[process.execPath, '--conditions=@spillway/source', main, 'start', ...flags],
    ],
    {
      env: { PATH: process.env.PATH, LISTEN_FDS: String(fds.length), LISTEN_FDNAMES: names },
      stdio: ['ignore', 'pipe', 'pipe', ...fds],
    },
  );
  onTestFinished(() => void proxy.kill('SIGKILL'));
  let said = '';
  proxy.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  proxy.stdout?.resume();
  return {
    signal: (signal: NodeJS.Signals) => proxy.kill(signal),
    said: () => said,
    ended: new Promise<number | null>((resolve) => proxy.once('close', resolve)),
  };
}

const patienceMs = 20_000;

test('The proxy serves on the sockets that it was given, clients that came before it included', async () => {
  const backend = await startTestBackend();
  const [admin, client] = [await listeningSocket(), await listeningSocket()];
  const proxy = startWith([admin.fd, client.fd], 'admin:spillway', [
    ...['--target', backend.url, '--port', '1', '--admin-port', '1'],
  ]);
  // From here on nobody accepts, and the sockets are there all the same: the proxy has them.
  for (const { server } of [admin, client]) server.close();
  const early = await RawClient.connect(client.port);
  await early.send(bytesOfRequest({}));
  const watcher = await RawClient.connect(admin.port);
  await watcher.send(bytesOfRequest({ path: '/proxy-metrics' }));
  await eventually(() => expect(proxy.said()).toContain('/proxy-dashboard'), patienceMs);
  expect((await early.readResponse()).status).toBe(200);
  expect((await watcher.readResponse()).status).toBe(200);
  expect(proxy.said()).toContain(`listening   http://127.0.0.1:${client.port}\n`);
  expect(proxy.said()).toContain(`metrics     http://127.0.0.1:${admin.port}/proxy-metrics`);
  proxy.signal('SIGTERM');
  expect(await within(proxy.ended, () => 'its end', patienceMs)).toBe(0);
});

test('A descriptor that is no socket is named with the remedy', async () => {
  const fd = openSync(main, 'r');
  onTestFinished(() => closeSync(fd));
  const proxy = startWith([fd], 'spillway', ['--target', 'http://127.0.0.1:1']);
  expect(await within(proxy.ended, () => 'its end', patienceMs)).toBe(2);
  expect(proxy.said()).toBe(
    'spillway: descriptor 3 (spillway) from LISTEN_FDS is no socket: pass a listening TCP socket\n',
  );
});

test('A Unix socket is refused', async () => {
  const path = join(temporaryDirectory(), 'socket');
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { fd } = (server as Server & { _handle: { fd: number } })._handle;
  const proxy = startWith([fd], 'spillway', ['--target', 'http://127.0.0.1:1']);
  expect(await within(proxy.ended, () => 'its end', patienceMs)).toBe(1);
  expect(proxy.said()).toContain('descriptor 3 is no TCP socket');
});

test.each([
  [2, 'spillway:other', /descriptor 4 \(other\) from LISTEN_FDS is one too many for the client/],
  [1, 'admin', /LISTEN_FDNAMES has an admin socket: give --admin-port/],
])('%i sockets named %s are refused', async (count, names, fault) => {
  const { fd } = await listeningSocket();
  const proxy = startWith(Array(count).fill(fd), names, ['--target', 'http://127.0.0.1:1']);
  expect(await within(proxy.ended, () => 'its end', patienceMs)).toBe(2);
  expect(proxy.said()).toMatch(fault);
});
