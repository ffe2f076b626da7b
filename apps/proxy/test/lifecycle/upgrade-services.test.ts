import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';
import { expect, test } from 'vitest';
import { bytesOfRequest, startTestBackend } from '../admission/ask.ts';
import { RawClient } from '../kit/raw-client.ts';
import type { RawResponse } from '../kit/raw-message.ts';
import { UpgradingProxy } from './upgrading-proxy.ts';

async function send(proxy: UpgradingProxy, path = '/'): Promise<RawClient> {
  const client = await proxy.first.connect();
  await client.send(bytesOfRequest({ path }));
  return client;
}

function adminClient(proxy: UpgradingProxy): Promise<RawClient> {
  const { port } = new URL(/metrics +(\S+)/.exec(proxy.first.banner)?.[1] as string);
  return RawClient.connect(Number(port));
}

async function admin(proxy: UpgradingProxy, method: string, path: string): Promise<RawResponse> {
  const client = await adminClient(proxy);
  await client.send(bytesOfRequest({ method, path }));
  const response = await client.readResponse();
  client.destroy();
  return response;
}

const statusOf = async (proxy: UpgradingProxy, name: string) => {
  const { body } = await admin(proxy, 'GET', '/proxy-admin/status');
  const { services } = JSON.parse(body.toString());
  return services.find(({ service }: { service: string }) => service === name);
};

const queued = (proxy: UpgradingProxy, name: string) =>
  expect.poll(() => statusOf(proxy, name), { timeout: 10_000 }).toMatchObject({ queued: 1 });

test('What is paused or drained stays so in the successor, and a resume reaches the queues of both', async () => {
  const backend = await startTestBackend();
  const other = await startTestBackend();
  const proxy = await UpgradingProxy.start([
    ...['--target', backend.url, '--target', other.url, '--admin-port', '0'],
  ]);
  expect((await admin(proxy, 'POST', '/proxy-admin/pause')).status).toBe(200);
  const target = `target=${encodeURIComponent(other.url)}`;
  await admin(proxy, 'POST', `/proxy-admin/drain?${target}`);
  const kept = await adminClient(proxy);
  const before = await send(proxy);
  await queued(proxy, 'default');
  expect((await proxy.upgrade()).code).toBe(0);

  expect(await statusOf(proxy, 'default')).toMatchObject({
    state: 'paused',
    targets: [{ drained: false }, { drained: true }],
  });
  const after = await send(proxy);
  await queued(proxy, 'default');
  // On a connection to the old process, and both hear of it.
  await kept.send(bytesOfRequest({ method: 'POST', path: `/proxy-admin/undrain?${target}` }));
  expect((await kept.readResponse()).status).toBe(200);
  await expect
    .poll(() => statusOf(proxy, 'default'), { timeout: 10_000 })
    .toMatchObject({ targets: [{ drained: false }, { drained: false }] });
  expect(backend.stats().received).toBe(0);
  expect((await admin(proxy, 'POST', '/proxy-admin/resume')).status).toBe(200);
  for (const client of [before, after]) expect((await client.readResponse()).status).toBe(200);
  expect(backend.stats().received + other.stats().received).toBe(2);
});

test('A service that a reload brings shares its limit with the process before, whatever that one had when', async () => {
  const backend = await startTestBackend();
  const held = await startTestBackend({ fault: 'hang' });
  const config = join(temporaryDirectory(), 'proxy_config.json');
  const one = { a: { targets: [backend.url] } };
  const both = { ...one, b: { targets: [held.url], max_concurrent_requests: 1 } };
  const write = (services: object) =>
    writeFileSync(
      config,
      JSON.stringify({
        services,
        routes: 'b' in services ? [{ path: '/b', service: 'b' }, { service: 'a' }] : [{}],
      }),
    );
  write(one);
  const proxy = await UpgradingProxy.start(['--config', config, '--admin-port', '0']);
  const old = proxy.pid;
  write(both);
  expect((await admin(proxy, 'POST', '/proxy-admin/reload')).status).toBe(200);
  // It keeps the old process until the end.
  const stream = await send(proxy, '/?fault=hang-body&size=10');
  await stream.reader.until('\r\n\r\n', 'the head of a response');
  const holder = await send(proxy, '/b');
  await held.waitFor(({ hanging }) => hanging === 1);
  write(one);
  expect((await proxy.upgrade()).code).toBe(0);
  expect((await (await send(proxy, '/b')).readResponse()).status).toBe(200);

  write(both);
  // Whoever asks for a reload may still know the old process id.
  process.kill(old, 'SIGHUP');
  await expect.poll(() => statusOf(proxy, 'b'), { timeout: 10_000 }).toBeDefined();
  const waiting = await send(proxy, '/b');
  await queued(proxy, 'b');
  held.releaseAll();
  expect((await holder.readResponse()).status).toBe(200);
  await held.waitFor(({ received }) => received === 2);
  expect(held.stats()).toMatchObject({ maxActive: 1 });
  process.kill(old, 0);
  held.releaseAll();
  expect((await waiting.readResponse()).status).toBe(200);
});

test('A reload while the successor starts is in force there too', async () => {
  const backend = await startTestBackend();
  const directory = temporaryDirectory();
  const [config, said, go] = ['proxy_config.json', 'said', 'go'].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  // The successor says that it serves only once this has said so to systemd.
  const notify = `echo "$@" >>${said}; while [ $(wc -l <${said}) -gt 1 ] && [ ! -e ${go} ]; do sleep 0.05; done`;
  writeFileSync(join(directory, 'systemd-notify'), `#!/bin/sh\n${notify}\n`, { mode: 0o755 });
  const write = (...names: string[]) => {
    const services = Object.fromEntries(names.map((name) => [name, { targets: [backend.url] }]));
    writeFileSync(config, JSON.stringify({ services, routes: [{ service: names[0] }] }));
  };
  write('a');
  const proxy = await UpgradingProxy.start(['--config', config, '--admin-port', '0'], {
    environment: { NOTIFY_SOCKET: directory, PATH: `${directory}:${process.env.PATH}` },
  });
  const old = proxy.pid;
  const upgraded = proxy.upgrade();
  const calls = () => readFileSync(said, 'utf8').split('\n').length - 1;
  await expect.poll(calls, { timeout: 20_000 }).toBe(2);
  write('b');
  process.kill(old, 'SIGHUP');
  await proxy.first.logged(({ msg }) => /reloaded/.test(msg));
  writeFileSync(go, '');
  expect((await upgraded).code).toBe(0);
  await expect.poll(() => statusOf(proxy, 'b'), { timeout: 10_000 }).toBeDefined();
});

test('Three generations keep the limit, and each ends by itself', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await UpgradingProxy.start([
    ...['--target', backend.url, '--max-concurrent-requests', '1', '--admin-port', '0'],
  ]);
  const clients = [await send(proxy)];
  await backend.waitFor(({ hanging }) => hanging === 1);
  for (let generation = 2; generation <= 3; generation++) {
    expect((await proxy.upgrade()).code).toBe(0);
    clients.push(await send(proxy));
    await queued(proxy, 'default');
  }
  for (const client of clients) {
    await backend.waitFor(({ hanging }) => hanging === 1);
    backend.releaseAll();
    expect((await client.readResponse()).status).toBe(200);
    client.destroy();
  }
  expect(backend.stats()).toMatchObject({ received: 3, maxActive: 1 });
  const drained = () => proxy.first.log.filter(({ msg }) => msg === 'drained').length;
  await expect.poll(drained, { timeout: 20_000 }).toBe(2);
});

test('A process that has nothing of its own is there until the one before it has given its permits back', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await UpgradingProxy.start([
    ...['--target', backend.url, '--max-concurrent-requests', '1', '--admin-port', '0'],
  ]);
  const holder = await send(proxy);
  await backend.waitFor(({ hanging }) => hanging === 1);
  for (let generation = 2; generation <= 3; generation++) {
    expect((await proxy.upgrade()).code).toBe(0);
  }
  const waiting = await send(proxy);
  await queued(proxy, 'default');
  backend.releaseAll();
  expect((await holder.readResponse()).status).toBe(200);
  await backend.waitFor(({ received }) => received === 2);
  backend.releaseAll();
  expect((await waiting.readResponse()).status).toBe(200);
  expect(backend.stats()).toMatchObject({ maxActive: 1 });
});

test('A process that drains has no successor, and says so', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await UpgradingProxy.start(['--target', backend.url]);
  const { pid } = proxy;
  const client = await send(proxy);
  await backend.waitFor(({ hanging }) => hanging === 1);
  proxy.first.signal('SIGTERM');
  await proxy.first.logged(({ signal }) => signal === 'SIGTERM');
  const { code, stderr } = await proxy.upgrade();
  expect([code, stderr]).toEqual([
    1,
    `proxy: not upgraded, process ${pid} goes on: it drains, since it was told to end\n`,
  ]);
  backend.releaseAll();
  expect((await client.readResponse()).status).toBe(200);
  expect(await proxy.first.exitCode()).toBe(0);
});

test('An IPv6 socket is handed over, and so is the one of the admin listener', async () => {
  const backend = await startTestBackend();
  const proxy = await UpgradingProxy.start(
    [...['--target', backend.url, '--admin-port', '0', '--admin-host', '::1']],
    { host: '::1' },
  );
  const { url } = proxy.first;
  const metrics = /metrics +(\S+)/.exec(proxy.first.banner)?.[1] as string;
  expect([new URL(url).hostname, new URL(metrics).hostname]).toEqual(['[::1]', '[::1]']);
  expect((await proxy.upgrade()).code).toBe(0);
  for (const address of [url, metrics]) expect((await fetch(address)).status).toBe(200);
});
