import { execFileSync, spawn } from 'node:child_process';
import {
  constants,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MetricsSnapshot } from '@spillway/contracts';
import { CommandProcess, temporaryDirectory } from '@spillway/test-kit';
import { freePort } from '@spillway/test-kit/free-port';
import { expect, onTestFinished, test, vi } from 'vitest';
import { bytesOfRequest } from '../admission/ask.ts';
import { eventually } from '../kit/waiting-line.ts';
import { linesOf, ProxyProcess } from '../lifecycle/proxy-process.ts';

/** Asks so many times and expects each to be served; every one makes a line of more than 14 KB. */
async function serve(proxy: ProxyProcess, times: number): Promise<void> {
  const client = await proxy.connect();
  for (let i = 0; i < times; i++) {
    await client.send(bytesOfRequest({ path: `/${'x'.repeat(7000)}` }));
    expect((await client.readResponse()).status).toBe(200);
  }
  client.destroy();
}

async function lossesOf(proxy: ProxyProcess): Promise<MetricsSnapshot['process']['log']> {
  const response = await fetch(`${proxy.url}/proxy-metrics`);
  return ((await response.json()) as MetricsSnapshot).process.log;
}

/** A proxy that writes to these, and has served a request. */
async function startOn(stdout: number | 'ignore', stderr: number) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const argv = ['--conditions=@spillway/source', main, 'start', '--port', String(port)];
  const child = spawn(process.execPath, argv, { cwd: tmpdir(), stdio: ['ignore', stdout, stderr] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  onTestFinished(() => void child.kill('SIGKILL'));
  await vi.waitFor(async () => expect((await fetch(`${url}/`)).status).toBe(200), {
    timeout: 20_000,
    interval: 50,
  });
  return { child, url, ended };
}

const requestsIn = (proxy: ProxyProcess) => proxy.log.filter(({ outcome }) => outcome === 'ok');

test('A reader of standard output that stalls holds nobody up, and is told afterwards what it missed', async () => {
  const proxy = await ProxyProcess.start([]);
  proxy.child.stdout?.pause();
  await serve(proxy, 400);
  const { lines_dropped: dropped, write_errors } = await lossesOf(proxy);
  expect(dropped).toBeGreaterThan(0);
  expect(write_errors).toBe(0);
  const scrape = await fetch(`${proxy.url}/proxy-metrics?format=prometheus`);
  expect(await scrape.text()).toContain(`\nspillway_log_lines_dropped_total ${dropped}\n`);

  proxy.child.stdout?.resume();
  const told = await proxy.logged(({ msg }) => msg.includes('dropped'));
  expect(told.msg).toBe(`${dropped} log lines were dropped: the reader of the log was too slow`);
  await eventually(() => expect(requestsIn(proxy)).toHaveLength(400 - dropped));
  await serve(proxy, 1);
  proxy.signal('SIGTERM');
  expect(await proxy.exitCode()).toBe(0);
  expect(requestsIn(proxy)).toHaveLength(401 - dropped);
  expect(proxy.log.filter(({ msg }) => msg.includes('dropped'))).toHaveLength(1);
});

test('A reader of standard output that stalls does not keep the proxy from ending', async () => {
  const proxy = await ProxyProcess.start([]);
  proxy.child.stdout?.pause();
  await serve(proxy, 40);
  const exited = new Promise((resolve) => proxy.child.once('exit', resolve));
  proxy.signal('SIGTERM');
  expect(await exited).toBe(0);
});

test('A reader of standard error that stalls does not keep the proxy from ending', async () => {
  const pipe = join(temporaryDirectory(), 'stderr');
  execFileSync('mkfifo', [pipe]);
  const stalled = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  expect(() => {
    for (;;) writeSync(stalled, 'x'.repeat(4096));
  }).toThrow('EAGAIN');
  const { child, ended } = await startOn('ignore', stalled);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('A reader of standard output that has gone takes nothing but the log with it', async () => {
  const proxy = await ProxyProcess.start([]);
  proxy.child.stdout?.destroy();
  await serve(proxy, 3);
  await proxy.printed(/cannot write the log to standard output: EPIPE/, { stream: 'stderr' });
  await serve(proxy, 3);
  expect((await lossesOf(proxy)).write_errors).toBeGreaterThan(0);
  proxy.signal('SIGTERM');
  expect(await proxy.exitCode()).toBe(0);
});

test.runIf(existsSync('/dev/full'))('A full disk leaves requests untouched', async () => {
  const proxy = await ProxyProcess.start(['--log-file', '/dev/full']);
  await serve(proxy, 3);
  await vi.waitFor(async () => expect((await lossesOf(proxy)).write_errors).toBeGreaterThan(1), {
    timeout: 20_000,
    interval: 100,
  });
  await serve(proxy, 3);
  expect(
    proxy.stderr.match(/^spillway: cannot write the log to --log-file \/dev\/full: ENOSPC/gm),
  ).toHaveLength(1);
  proxy.signal('SIGTERM');
  expect(await proxy.exitCode()).toBe(0);
});

test.runIf(existsSync('/dev/full'))(
  'A full disk under standard output and standard error leaves requests untouched',
  async () => {
    const full = openSync('/dev/full', 'a');
    const { child, url, ended } = await startOn(full, full);
    await vi.waitFor(
      async () => {
        const metrics = await fetch(`${url}/proxy-metrics`);
        expect(
          ((await metrics.json()) as MetricsSnapshot).process.log.write_errors,
        ).toBeGreaterThan(0);
      },
      { timeout: 20_000, interval: 50 },
    );
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  },
);

test('A log directory that has gone is made again at SIGHUP; where that fails the old file is kept', async () => {
  const file = join(temporaryDirectory(), 'logs', 'proxy.log');
  const folder = dirname(file);
  const kept = `${folder}.1/proxy.log`;
  const proxy = await ProxyProcess.start(['--log-file', file]);
  renameSync(folder, dirname(kept));
  writeFileSync(folder, 'in the way');
  proxy.signal('SIGHUP');
  await proxy.printed(/cannot reopen --log-file .*; the old file stays in use/, {
    stream: 'stderr',
  });
  await serve(proxy, 1);
  await eventually(() => {
    const lines = linesOf(readFileSync(kept, 'utf8')).filter(({ generation }) => !generation);
    expect(lines.map(({ level, outcome }) => outcome ?? level)).toEqual([50, 'ok']);
  });

  rmSync(folder);
  proxy.signal('SIGHUP');
  await eventually(() => expect(existsSync(file)).toBe(true));
  await serve(proxy, 1);
  await eventually(() => expect(readFileSync(file, 'utf8')).toContain('"outcome":"ok"'));
});

test('A named pipe without a reader is refused as a log file instead of waited for', async () => {
  const pipe = join(temporaryDirectory(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const proxy = new ProxyProcess(['--log-file', pipe]);
  expect(await proxy.exitCode()).toBe(2);
  expect(proxy.stderr).toContain(`cannot write --log-file ${pipe}: ENXIO`);
});

test('The last words of a crash are written, and name it', async () => {
  const crashing = new CommandProcess(new URL('./crash-after-logging.ts', import.meta.url), [
    '300',
  ]);
  const { code, stdout, stderr } = await crashing.ended;
  expect(code).toBe(1);
  // A thread may be writing the first of them, and be late.
  const lines = linesOf(stdout).sort((a, b) => Number(a.n ?? 300) - Number(b.n ?? 300));
  expect(lines.map(({ n }) => n)).toEqual([...Array.from({ length: 300 }, (_, n) => n), undefined]);
  expect(lines[300]).toMatchObject({ level: 60, msg: 'crashed', err: { message: 'a mistake' } });
  expect(stderr).toContain('Error: a mistake');
});

test('A reader that stalls does not keep a crash from ending the process', async () => {
  const crashing = new CommandProcess(new URL('./crash-after-logging.ts', import.meta.url), [
    '9000',
  ]);
  crashing.child.stdout?.pause();
  expect(await new Promise((resolve) => crashing.child.once('exit', resolve))).toBe(1);
  expect(crashing.stderr).toContain('Error: a mistake');
});
