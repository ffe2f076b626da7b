import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';
import { expect, test } from 'vitest';
import { bytesOfRequest, startTestBackend } from '../admission/ask.ts';
import { eventually } from '../kit/waiting-line.ts';
import { linesOf, ProxyProcess } from './proxy-process.ts';

test('SIGQUIT drains: what is under way is answered, and the exit code is 0', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await ProxyProcess.start(['--target', backend.url, '--drain-timeout', '1s']);
  const client = await proxy.connect();
  await client.send(bytesOfRequest({}));
  await backend.waitFor(({ hanging }) => hanging === 1);
  proxy.signal('SIGQUIT');
  await proxy.logged(({ signal }) => signal === 'SIGQUIT');
  expect((await client.readResponse()).status).toBe(503);
  expect(await proxy.exitCode()).toBe(0);
});

test('SIGUSR1 opens the log file anew, and no debugger', async () => {
  const file = join(temporaryDirectory(), 'proxy.log');
  const proxy = await ProxyProcess.start(['--log-file', file]);
  renameSync(file, `${file}.1`);
  proxy.signal('SIGUSR1');
  await eventually(() => expect(existsSync(file)).toBe(true));
  await eventually(() => {
    expect(linesOf(readFileSync(file, 'utf8')).map(({ msg }) => msg)).toEqual([
      'log file reopened',
    ]);
  });
  proxy.signal('SIGTERM');
  expect(await proxy.exitCode()).toBe(0);
  expect(proxy.stderr).not.toContain('Debugger listening');
});

test('SIGUSR2 where there can be no successor is answered by a line of the log alone', async () => {
  const proxy = await ProxyProcess.start([]);
  proxy.signal('SIGUSR2');
  await proxy.logged(({ msg }) => msg === 'the upgrade failed: this process goes on');
  const client = await proxy.connect();
  await client.send(bytesOfRequest({}));
  expect((await client.readResponse()).status).toBe(200);
});

test('SIGHUP during the start ends nothing: what it asks for is done once the proxy runs', async () => {
  const file = join(temporaryDirectory(), 'proxy.json');
  execFileSync('mkfifo', [file]);
  const proxy = new ProxyProcess(['--config', file]);
  let reading = 0;
  await eventually(() => {
    // Fails until the proxy reads its configuration.
    reading = openSync(file, constants.O_WRONLY | constants.O_NONBLOCK);
  });
  proxy.signal('SIGHUP');
  rmSync(file);
  writeFileSync(file, '{ "read_timeout": "9s" }');
  writeSync(reading, '{}');
  closeSync(reading);
  expect((await proxy.logged(({ msg }) => msg.startsWith('reloaded'))).generation).toBe(2);
  proxy.signal('SIGTERM');
  expect(await proxy.exitCode()).toBe(0);
});
