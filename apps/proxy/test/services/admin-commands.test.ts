import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';
import { expect, test } from 'vitest';
import { startTestBackend } from '../admission/ask.ts';
import { runProxy } from '../cli/run-proxy.ts';
import { ProxyProcess } from '../lifecycle/proxy-process.ts';

const token = 's3cret';

/** A proxy that reads its file here, and commands that ask it. */
async function start(more: object = {}, flags: readonly string[] = []) {
  const backend = await startTestBackend();
  const cwd = temporaryDirectory();
  const write = (file: object | string, name = 'proxy_config.json') =>
    writeFileSync(join(cwd, name), typeof file === 'string' ? file : JSON.stringify(file, null, 1));
  const valid = { target: [backend.url], admin_token: token, max_queue_size: 3, ...more };
  write(valid);
  const proxy = await ProxyProcess.start(flags, { cwd });
  const url = `http://127.0.0.1:${proxy.port}`;
  const run = (...argv: string[]) =>
    runProxy([...argv, '--url', url, '--admin-token', token], cwd, { NO_COLOR: '1' });
  return { ...{ proxy, cwd, write, valid, backend, url, run } };
}

test('proxy reload tells what changed; with a bad file it names every fault, ends with 2, and the old stays', async () => {
  const { proxy, write, valid, url, run, cwd } = await start();
  write({ ...valid, max_queue_size: 7, pool_connections: 5, port: 1 });
  const done = await run('reload');
  expect(done).toMatchObject({ code: 0, stderr: '' });
  expect(done.stdout.trimEnd().split('\n')).toEqual([
    'reloaded: 2 changes (generation 2)',
    expect.stringMatching(/^ {2}~ service default: \w+ \d+ -> \d$/),
    expect.stringMatching(/^ {2}~ service default: \w+ \d+ -> \d$/),
  ]);

  write({
    ...valid,
    max_queue_size: -1,
    pool_connections: 'many',
    routes: [{ service: 'nobody' }],
  });
  const refused = await run('reload');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('max_queue_size must be');
  expect(refused.stderr).toContain('pool_connections must be');
  expect(refused.stderr).toContain('there is no service "nobody"');
  expect(refused.stderr).toContain('the old configuration stays in force');
  expect(refused.stderr).not.toContain(token);
  await proxy.logged(({ msg }) => msg === 'reload refused: the old configuration stays in force');
  const asJson = await run('reload', '--json');
  expect([asJson.code, JSON.parse(asJson.stdout).problems.length]).toEqual([2, 3]);
  // Without --url, the file that tells where to ask is the one that is wrong.
  const here = await runProxy(['reload'], cwd, { NO_COLOR: '1' });
  expect(here.code).toBe(2);
  expect(here.stderr).toContain('there is no service "nobody"');

  const status = await run('status', '--json');
  expect(JSON.parse(status.stdout)).toMatchObject({
    configuration: { generation: 2 },
    services: [{ service: 'default', state: 'serving', queue_size: 7 }],
  });
  const wrong = await runProxy(['status', '--url', url, '--admin-token', 'x'], cwd);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('asks for its token')]);
  const nobody = await runProxy(['pause', '--url', 'http://127.0.0.1:1'], temporaryDirectory());
  expect([nobody.code, nobody.stderr]).toEqual([3, expect.stringContaining('cannot reach')]);
});

test('pause, resume, drain and undrain say what is so now, and the log tells of each', async () => {
  const { proxy, backend, run } = await start();
  const lines: string[] = [];
  for (const argv of [
    ['pause'],
    ['pause'],
    ['resume', '--service', 'default'],
    ['drain', '--target', backend.url],
    ['undrain', '--target', backend.url],
    ['drain'],
  ]) {
    const { code, stdout, stderr } = await run(...argv);
    expect([code, stderr]).toEqual([0, '']);
    lines.push(stdout.trimEnd());
  }
  const load = '0 under way, 0 in the queue';
  expect(lines).toEqual([
    `service default paused: ${load}`,
    `service default was paused already: ${load}`,
    `service default resumed: ${load}`,
    `target ${backend.url} of service default drained: ${load}`,
    `target ${backend.url} of service default put back: ${load}`,
    `service default drained: ${load}`,
  ]);
  await proxy.logged(
    ({ msg, service }) => msg.startsWith('service drained') && service === 'default',
  );
  expect((await run('status')).stdout).toContain('service default: drained, 0 under way of 50');
  const unknown = await run('resume', '--service', 'models');
  expect([unknown.code, unknown.stderr]).toEqual([
    2,
    expect.stringContaining('there is no service models; there are default'),
  ]);
});

test('SIGHUP reloads, and a file with a fault leaves the old in force', async () => {
  const { proxy, write, valid } = await start();
  write({ ...valid, max_queue_size: 9 });
  proxy.signal('SIGHUP');
  const line = await proxy.logged(({ msg }) => msg === 'reloaded: 1 change');
  expect(line).toMatchObject({
    generation: 2,
    changes: [{ where: 'service default', what: 'max_queue_size', from: 3, to: 9 }],
  });
  write('{ "max_queue_size": ');
  proxy.signal('SIGHUP');
  const refused = await proxy.logged(({ msg }) => msg.startsWith('reload refused'));
  expect(JSON.stringify(refused.problems)).toContain('proxy_config.json:1');
});

test('--watch-config reloads when the file is written or replaced, and outlives a fault', async () => {
  const { proxy, cwd, write, valid } = await start({}, ['--watch-config']);
  write({ ...valid, max_queue_size: 4 });
  await proxy.logged(({ generation }) => generation === 2);
  write('{ nonsense');
  await proxy.logged(({ msg }) => msg.startsWith('reload refused'));
  write({ ...valid, max_queue_size: 5 }, 'new.json');
  renameSync(join(cwd, 'new.json'), join(cwd, 'proxy_config.json'));
  const line = await proxy.logged(({ generation }) => generation === 3);
  expect(line.changes).toMatchObject([{ what: 'max_queue_size', from: 4, to: 5 }]);
});

test('--watch-config follows the links of a ConfigMap', async () => {
  const { backend } = await start();
  const cwd = temporaryDirectory();
  const put = (version: string, queue: number) => {
    mkdirSync(join(cwd, version));
    const file = { target: [backend.url], max_queue_size: queue };
    writeFileSync(join(cwd, version, 'proxy_config.json'), JSON.stringify(file));
    symlinkSync(version, join(cwd, '..data_tmp'));
    renameSync(join(cwd, '..data_tmp'), join(cwd, '..data'));
  };
  put('..1', 3);
  symlinkSync('..data/proxy_config.json', join(cwd, 'proxy_config.json'));
  const proxy = await ProxyProcess.start(['--watch-config'], { cwd });
  put('..2', 4);
  rmSync(join(cwd, '..1'), { recursive: true });
  const line = await proxy.logged(({ generation }) => generation === 2);
  expect(line.changes).toMatchObject([{ what: 'max_queue_size', from: 3, to: 4 }]);
});
