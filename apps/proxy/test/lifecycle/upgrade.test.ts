import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runCommand, temporaryDirectory } from '@spillway/test-kit';
import { expect, test } from 'vitest';
import { bytesOfRequest, startTestBackend } from '../admission/ask.ts';
import type { RawClient } from '../kit/raw-client.ts';
import { fieldOf, type RawResponse } from '../kit/raw-message.ts';
import { eventually } from '../kit/waiting-line.ts';
import { UpgradingProxy } from './upgrading-proxy.ts';

const main = new URL('../../src/main.ts', import.meta.url);

async function ask(client: RawClient, path = '/'): Promise<RawResponse> {
  await client.send(bytesOfRequest({ path }));
  return client.readResponse();
}

/** A file that can be run in place of Node. */
function script(text: string): string {
  const path = join(temporaryDirectory(), 'script');
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Until the process has ended. */
async function gone(pid: number): Promise<void> {
  await eventually(() => expect(isRunning(pid)).toBe(false), 20_000);
}

/** One that has ended stays a zombie while whoever it was given to does not look. */
const isRunning = (pid: number): boolean =>
  existsSync(`/proc/${pid}/status`) &&
  !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

test('The successor serves at the same port, and the old process finishes what it has', async () => {
  const backend = await startTestBackend();
  const proxy = await UpgradingProxy.start(['--target', backend.url]);
  const old = proxy.pid;
  const kept = await proxy.first.connect();
  expect(fieldOf(await ask(kept), 'connection')).toBe('keep-alive');
  const stream = await proxy.first.connect();
  await stream.send(bytesOfRequest({ path: '/?fault=hang-body&size=10' }));
  await stream.reader.until('\r\n\r\n', 'the head of a response');

  const { code, stdout } = await proxy.upgrade();
  const { pid } = proxy;
  expect([code, stdout]).toEqual([
    0,
    `upgraded: process ${pid} serves, and process ${old} finishes its requests\n`,
  ]);
  expect(pid).not.toBe(old);
  const response = await ask(kept);
  expect([response.status, fieldOf(response, 'connection')]).toEqual([200, 'close']);
  expect(await kept.closed()).toBe('fin');
  const fresh = await proxy.first.connect();
  expect(fieldOf(await ask(fresh), 'connection')).toBe('keep-alive');

  expect(isRunning(old)).toBe(true);
  backend.releaseAll();
  await stream.reader.exactly(10, 'the body');
  stream.destroy();
  await gone(old);
  expect(proxy.pid).toBe(pid);
  expect((await ask(fresh)).status).toBe(200);
});

test('The successor runs on the Node and from the path that are there by then', async () => {
  const directory = temporaryDirectory();
  const [link, ran] = [join(directory, 'node'), join(directory, 'ran')];
  symlinkSync(script('exit 3'), link);
  const backend = await startTestBackend();
  const proxy = await UpgradingProxy.start(['--target', backend.url, '--upgrade-exec', link]);
  rmSync(link);
  symlinkSync(script(`echo "$@" >${ran}; exec '${process.execPath}' "$@"`), link);
  expect((await proxy.upgrade()).code).toBe(0);
  expect(readFileSync(ran, 'utf8')).toContain(`${fileURLToPath(main)} start `);
  expect((await ask(await proxy.first.connect())).status).toBe(200);
});

test('A permit that the old process holds is none of the new one', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const flags = ['--target', backend.url, '--max-concurrent-requests', '1'];
  const proxy = await UpgradingProxy.start(flags);
  const holder = await proxy.first.connect();
  await holder.send(bytesOfRequest({}));
  await backend.waitFor(({ hanging }) => hanging === 1);
  expect((await proxy.upgrade()).code).toBe(0);

  const waiting = await proxy.first.connect();
  await waiting.send(bytesOfRequest({}));
  const watcher = await proxy.first.connect();
  for (let queued = 0; queued < 1; ) {
    const { body } = await ask(watcher, '/proxy-metrics');
    queued = JSON.parse(body.toString()).metrics.queue_size;
  }
  expect(backend.stats().active).toBe(1);

  backend.releaseAll();
  expect((await holder.readResponse()).status).toBe(200);
  await backend.waitFor(({ received }) => received === 2);
  expect(backend.stats().maxActive).toBe(1);
  backend.releaseAll();
  expect((await waiting.readResponse()).status).toBe(200);
});

test('A client with an idle connection loses nothing, and is not waited for', async () => {
  const backend = await startTestBackend();
  const proxy = await UpgradingProxy.start(['--target', backend.url]);
  const old = proxy.pid;
  const idle = await proxy.first.connect();
  expect((await ask(idle)).status).toBe(200);
  expect((await proxy.upgrade()).code).toBe(0);
  // Its next request may be on its way for some seconds.
  await expect.poll(() => idle.socket.readableEnded, { timeout: 20_000 }).toBe(true);
  expect(await idle.closed()).toBe('fin');
  await gone(old);
});

test('A process that is told to end waits for the one before it', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await UpgradingProxy.start(['--target', backend.url]);
  const old = proxy.pid;
  const client = await proxy.first.connect();
  await client.send(bytesOfRequest({}));
  await backend.waitFor(({ hanging }) => hanging === 1);
  expect((await proxy.upgrade()).code).toBe(0);
  const { pid } = proxy;
  process.kill(pid, 'SIGTERM');
  await proxy.first.logged(({ signal }) => signal === 'SIGTERM');
  await sleep(200);
  expect([isRunning(old), isRunning(pid)]).toEqual([true, true]);
  backend.releaseAll();
  expect((await client.readResponse()).status).toBe(200);
  await Promise.all([gone(old), gone(pid)]);
  expect(existsSync(proxy.pidFile)).toBe(false);
});

test('A configuration that does not hold any more is told, and the old process goes on', async () => {
  const backend = await startTestBackend();
  const config = join(temporaryDirectory(), 'proxy_config.json');
  writeFileSync(config, JSON.stringify({ target: backend.url }));
  const proxy = await UpgradingProxy.start(['--config', config]);
  const { pid } = proxy;
  const client = await proxy.first.connect();
  expect((await ask(client)).status).toBe(200);
  writeFileSync(config, JSON.stringify({ target: backend.url, read_timeout: 'soon' }));
  const { code, stderr } = await proxy.upgrade();
  expect(code).toBe(2);
  expect(stderr).toContain(`not upgraded, process ${pid} goes on: `);
  expect(stderr).toMatch(/^ {2}.*read_timeout must be/m);
  expect(proxy.pid).toBe(pid);
  expect((await ask(client)).status).toBe(200);
  expect((await ask(await proxy.first.connect())).status).toBe(200);

  writeFileSync(config, JSON.stringify({ target: backend.url }));
  expect((await proxy.upgrade()).code).toBe(0);
  expect((await ask(await proxy.first.connect())).status).toBe(200);
});

test.each([
  ['crashes', 'kill -SEGV $$', 'it ended with SIGSEGV before it served'],
  ['ends', 'exit 3', 'it ended with exit code 3 before it served'],
  ['never serves', 'exec sleep 60', 'it did not serve within 300ms (--upgrade-timeout)'],
])('A successor that %s changes nothing, and is told of', async (_what, text, why) => {
  const backend = await startTestBackend();
  const proxy = await UpgradingProxy.start([
    ...['--target', backend.url, '--upgrade-exec', script(text), '--upgrade-timeout', '300ms'],
  ]);
  const { pid } = proxy;
  const { code, stderr } = await proxy.upgrade();
  expect([code, stderr]).toEqual([1, `proxy: not upgraded, process ${pid} goes on: ${why}\n`]);
  await proxy.first.logged(
    ({ msg, why: logged }) => /^the upgrade failed/.test(msg) && logged === why,
  );
  expect(proxy.pid).toBe(pid);
  expect((await ask(await proxy.first.connect())).status).toBe(200);
});

test('A successor that fails with a part of the limit in its hands gives it back', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const flags = ['--target', backend.url, '--max-concurrent-requests', '2'];
  const proxy = await UpgradingProxy.start([...flags, '--max-queue-size', '0']);
  const { pid } = proxy;
  rmSync(dirname(proxy.pidFile), { recursive: true });
  process.kill(pid, 'SIGUSR2');
  const { why } = await proxy.first.logged(({ msg }) => /^the upgrade failed/.test(msg));
  expect(why).toMatch(/^cannot write --pid-file /);
  const clients = [await proxy.first.connect(), await proxy.first.connect()];
  for (const client of clients) await client.send(bytesOfRequest({}));
  await backend.waitFor(({ hanging }) => hanging === 2);
});

test('The demo backend is not handed over', async () => {
  const proxy = await UpgradingProxy.start([]);
  const { code, stderr } = await proxy.upgrade();
  expect(code).toBe(1);
  expect(stderr).toContain('the demo backend ends with its process: give --target URL');
});

test('An upgrade without a proxy to upgrade says what is missing', async () => {
  const without = await runCommand(main, ['upgrade']);
  expect([without.code, without.stderr]).toEqual([
    2,
    'proxy: give --pid-file, to the proxy too: it says which process to upgrade\n',
  ]);
  const pidFile = join(temporaryDirectory(), 'proxy.pid');
  const missing = await runCommand(main, ['upgrade', '--pid-file', pidFile]);
  expect([missing.code, missing.stderr]).toEqual([
    3,
    `proxy: no process id in ${pidFile}: is the proxy running with --pid-file?\n`,
  ]);
});

test('A process that does not take the signal is never sent it', async () => {
  const pidFile = join(temporaryDirectory(), 'proxy.pid');
  // This one would be ended by it.
  writeFileSync(pidFile, `${process.pid}\n`);
  const { code, stderr } = await runCommand(main, ['upgrade', '--pid-file', pidFile]);
  expect(code).toBe(3);
  expect(stderr).toContain(`process ${process.pid} of ${pidFile} is no proxy`);
});

test('systemd is told which process is the service now, before the old one ends', async () => {
  const bin = temporaryDirectory();
  const said = join(bin, 'said');
  writeFileSync(join(bin, 'systemd-notify'), `#!/bin/sh\necho "$@" >>${said}\n`);
  chmodSync(join(bin, 'systemd-notify'), 0o755);
  const backend = await startTestBackend();
  const proxy = await UpgradingProxy.start(['--target', backend.url], {
    environment: { NOTIFY_SOCKET: join(bin, 'socket'), PATH: `${bin}:${process.env.PATH}` },
  });
  const old = proxy.pid;
  await eventually(() => expect(readFileSync(said, 'utf8')).toBe(`MAINPID=${old} READY=1\n`));
  expect((await proxy.upgrade()).code).toBe(0);
  const lines = [old, proxy.pid].map((pid) => `MAINPID=${pid} READY=1\n`);
  expect(readFileSync(said, 'utf8')).toBe(lines.join(''));
});

test('The sockets stay with the process: none of its own children gets them', async () => {
  const backend = await startTestBackend();
  const proxy = await UpgradingProxy.start(['--target', backend.url, '--admin-port', '0']);
  expect((await proxy.upgrade()).code).toBe(0);
  const closeOnExec = 0o2000000;
  const directory = `/proc/${proxy.pid}`;
  const flags = readdirSync(`${directory}/fd`)
    .filter((fd) => Number(fd) > 2 && readlinkSync(`${directory}/fd/${fd}`).startsWith('socket:'))
    .map((fd) => readFileSync(`${directory}/fdinfo/${fd}`, 'utf8'))
    .map((text) => Number.parseInt(/flags:\s*(\d+)/.exec(text)?.[1] ?? '', 8));
  expect(flags.length).toBeGreaterThanOrEqual(2);
  expect(flags.every((flag) => (flag & closeOnExec) !== 0)).toBe(true);
});
