import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';
import { expect, test } from 'vitest';
import { bytesOfRequest, startTestBackend } from '../admission/ask.ts';
import { eventually } from '../kit/waiting-line.ts';
import { linesOf, ProxyProcess } from './proxy-process.ts';

test('SIGHUP opens the log file anew after logrotate has moved it away, and no line is lost', async () => {
  const backend = await startTestBackend();
  const folder = temporaryDirectory();
  const file = join(folder, 'logs', 'proxy.log');
  const proxy = await ProxyProcess.start(['--target', backend.url, '--log-file', file]);
  const client = await proxy.connect();
  const request = async (id: string) => {
    await client.send(bytesOfRequest({ fields: { 'X-Request-Id': id } }));
    expect((await client.readResponse()).status).toBe(200);
  };
  const idsIn = (path: string) => linesOf(readFileSync(path, 'utf8')).map(({ id }) => id);

  await request('before');
  renameSync(file, `${file}.1`);
  await request('between');
  proxy.signal('SIGHUP');
  await eventually(() => expect(existsSync(file)).toBe(true));
  await request('after');
  await eventually(() => expect(idsIn(file)).toContain('after'));
  expect(idsIn(`${file}.1`).filter(Boolean)).toEqual(['before', 'between']);
  expect(idsIn(file).filter(Boolean)).toEqual(['after']);
  expect(proxy.log).toEqual([]);
});

test('SIGHUP without a log file changes nothing', async () => {
  const proxy = await ProxyProcess.start([]);
  proxy.signal('SIGHUP');
  const client = await proxy.connect();
  await client.send(bytesOfRequest({}));
  expect((await client.readResponse()).status).toBe(200);
  await proxy.logged(({ outcome }) => outcome === 'ok');
  expect(proxy.log.map(({ msg }) => msg)).not.toContain('log file reopened');
});
