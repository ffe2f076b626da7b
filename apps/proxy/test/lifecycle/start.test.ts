import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { startTestBackend } from '../admission/ask.ts';
import { fieldOf, ourVia } from '../kit/raw-message.ts';
import { ProxyProcess } from './proxy-process.ts';

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n`;

/** Runs to its end, which has to be a refusal. */
async function refusal(
  flags: string[],
  options: ConstructorParameters<typeof ProxyProcess>[1] = {},
) {
  const proxy = new ProxyProcess(flags, options);
  const code = await proxy.exitCode();
  expect(proxy.stdout).toBe('');
  expect(proxy.stderr).not.toMatch(/^ +at /m);
  return { code, lines: proxy.stderr.trimEnd().split('\n') };
}

test('The first lines say where it listens, where it forwards, which limits hold and where metrics are', async () => {
  const proxy = await ProxyProcess.start([]);
  const { port } = proxy;
  expect(proxy.banner.split('\n').map((line) => line.trim().replace(/ {2,}/g, '  '))).toEqual([
    expect.stringMatching(/^Spillway \d+\.\d+\.\d+$/),
    `listening  http://127.0.0.1:${port}`,
    expect.stringMatching(
      /^forwarding {2}http:\/\/127\.0\.0\.1:\d+ {2}\(the built-in demo backend; --target URL sets yours\)$/,
    ),
    'limits  50 at once, 100 waiting for at most 30s',
    'timeouts  connect 10s, silence 2m, whole request unlimited',
    'breaker  opens after 5 failures in a row, for 1m',
    `metrics  http://127.0.0.1:${port}/proxy-metrics`,
    `health  http://127.0.0.1:${port}/proxy-health`,
    `dashboard  http://127.0.0.1:${port}/proxy-dashboard`,
  ]);
});

test('After them stands what contradicts itself, with its remedy, and no mere hint', async () => {
  const target = ['--target', 'http://127.0.0.1:9'];
  const sound = await ProxyProcess.start(target);
  sound.signal('SIGTERM');
  await sound.exitCode();
  expect(sound.stderr).toBe(`${sound.banner}\n\n`);

  const proxy = await ProxyProcess.start([...target, '--pool-maxsize', '20']);
  proxy.signal('SIGTERM');
  expect(await proxy.exitCode()).toBe(0);
  expect(proxy.stderr.slice(proxy.banner.length).trim().split('\n')).toEqual([
    expect.stringMatching(/^warning: .+ \[pool-below-concurrency\]$/),
    '  seen: --pool-maxsize 20, --max-concurrent-requests 50',
    '  remedy: --pool-maxsize 50',
  ]);
});

test('With no target any path is answered through the proxy by the demo backend', async () => {
  const proxy = await ProxyProcess.start([]);
  const client = await proxy.connect();
  await client.send(get('/anything'));
  const response = await client.readResponse();
  expect(response.status).toBe(200);
  expect(fieldOf(response, 'via')).toMatch(ourVia);
  expect(JSON.parse(response.body.toString())).toMatchObject({
    message: expect.stringContaining('demo backend'),
    path: '/anything',
  });
  await client.send(get('/proxy-health'));
  expect(JSON.parse((await client.readResponse()).body.toString())).toMatchObject({
    status: 'healthy',
    demo: true,
  });
  proxy.signal('SIGTERM');
  expect(await proxy.exitCode()).toBe(0);
});

test('The demo listens elsewhere than on loopback only when told to', async () => {
  const proxy = await ProxyProcess.start(['--host', '0.0.0.0']);
  expect(proxy.banner).toContain(`listening   http://0.0.0.0:${proxy.port}`);
  expect(proxy.banner).toContain(`metrics     http://localhost:${proxy.port}/proxy-metrics`);
});

test('A proxy_config.json in the working directory is read', async () => {
  const backend = await startTestBackend();
  const cwd = temporaryDirectory();
  const config = { target_host: backend.host, target_port: backend.port, max_queue_size: 7 };
  writeFileSync(join(cwd, 'proxy_config.json'), JSON.stringify(config));
  const proxy = await ProxyProcess.start([], { cwd });
  expect(proxy.banner).toContain(`forwarding  ${backend.url}\n`);
  expect(proxy.banner).toContain('7 waiting');
  const client = await proxy.connect();
  await client.send(get('/'));
  expect((await client.readResponse()).status).toBe(200);
  expect(backend.stats().received).toBe(1);
});

test('A port that is taken is one line, and exit code 1', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  expect(await refusal(['--host', '127.0.0.1', '--port', String(port)])).toEqual({
    code: 1,
    lines: [
      `spillway: port ${port} on 127.0.0.1 is taken: stop what listens there, or give another --port`,
    ],
  });
});

test('An address of another machine is one line, and exit code 1', async () => {
  const { code, lines } = await refusal(['--host', '192.0.2.1']);
  expect({ code, count: lines.length }).toEqual({ code: 1, count: 1 });
  expect(lines[0]).toContain('192.0.2.1 is no address of this machine');
});

test.each([
  ['a target that is no URL', ['--target', 'nonsense://'], '--target'],
  ['an unknown option', ['--max-concurent-requests', '5'], '--max-concurrent-requests'],
  ['a value out of range', ['--max-queue-size', '-1'], '--max-queue-size'],
  ['a configuration that is not there', ['--config', 'none.json'], 'none.json'],
  ['certificates that are not there', ['--target-ca', 'none.pem'], '--target-ca'],
])('Misuse (%s) ends with exit code 2 and names the option', async (_what, flags, named) => {
  const { code, lines } = await refusal(flags as string[]);
  expect(code).toBe(2);
  expect(lines.join('\n')).toContain(named);
});

test('No target in production is refused with exit code 2', async () => {
  const { code, lines } = await refusal([], { environment: { NODE_ENV: 'production' } });
  expect(code).toBe(2);
  expect(lines).toEqual([expect.stringContaining('no target: give --target URL')]);
});

test('What cannot be read or written is one line with the option, and exit code 2', async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, 'broken.json'), '{ "port": ');
  writeFileSync(join(cwd, 'broken.pem'), 'no certificate');
  mkdirSync(join(cwd, 'folder'));
  const target = ['--target', 'https://127.0.0.1:9'];
  for (const [flags, named] of [
    [['--config', 'broken.json'], 'broken.json'],
    [['--config', 'folder'], 'folder'],
    [[...target, '--target-ca', 'folder'], '--target-ca'],
    [[...target, '--target-ca', 'broken.pem'], '--target-ca'],
    [['--log-file', 'folder'], '--log-file'],
    [['--log-file', 'broken.json/below'], '--log-file'],
  ] as const) {
    const { code, lines } = await refusal([...flags], { cwd });
    expect({ flags, code, named: lines.join('\n').includes(named) }).toEqual({
      flags,
      code: 2,
      named: true,
    });
  }
});
