import { expect, test } from 'vitest';
import { bytesOfRequest, startTestBackend } from '../admission/ask.ts';
import { configFile } from '../kit/config-file.ts';
import { fieldOf, ourVia } from '../kit/raw-message.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { type LogLine, ProxyProcess } from '../lifecycle/proxy-process.ts';

const finishedLine = ({ outcome }: LogLine) => outcome !== undefined;

test('Each request is one line of JSON with what happened to it', async () => {
  const backend = await startTestBackend();
  const proxy = await ProxyProcess.start(['--host', '127.0.0.1', '--target', backend.url]);
  const client = await proxy.connect();
  await client.send(
    bytesOfRequest({
      method: 'POST',
      path: '/upload?a=b',
      fields: { 'X-Request-Id': 'one' },
      body: 'hello',
    }),
  );
  const { body } = await client.readResponse('POST');
  const line = await proxy.logged(finishedLine);
  expect(line).toEqual({
    level: expect.anything(),
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    id: 'one',
    client: '127.0.0.1',
    protocol: 'HTTP/1.1',
    method: 'POST',
    url: '/upload?a=b',
    status: 200,
    outcome: 'ok',
    upstream: backend.url,
    attempts: 1,
    queue_ms: expect.any(Number),
    connect_ms: expect.any(Number),
    first_byte_ms: expect.any(Number),
    body_ms: expect.any(Number),
    total_ms: expect.any(Number),
    bytes_in: 5,
    bytes_out: body.length,
    msg: 'POST /upload?a=b 200 ok',
  });
  expect(line.total_ms).toBeGreaterThanOrEqual(line.first_byte_ms as number);
  expect(Object.keys(line).join()).toBe(
    'level,time,id,client,protocol,method,url,status,outcome,upstream,attempts,queue_ms,connect_ms,first_byte_ms,body_ms,total_ms,bytes_in,bytes_out,msg',
  );

  await client.send(bytesOfRequest({}));
  await client.readResponse();
  client.destroy();
  proxy.signal('SIGTERM');
  expect(await proxy.exitCode()).toBe(0);
  expect(proxy.log.filter(finishedLine)).toHaveLength(2);
  expect(proxy.stdout.trimEnd().split('\n')).toHaveLength(proxy.log.length);
});

test('The line of a retried request counts its attempts', async () => {
  const upstream = await RawUpstream.start();
  upstream.respond(() =>
    upstream.requests.length < 3
      ? 'HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n'
      : 'HTTP/1.1 204 No Content\r\n\r\n',
  );
  const proxy = await ProxyProcess.start([
    ...['--target', upstream.origin, '--retry-backoff-factor', '0', '--log-level', 'debug'],
  ]);
  const client = await proxy.connect();
  await client.send(bytesOfRequest({}));
  expect((await client.readResponse()).status).toBe(204);
  expect(await proxy.logged(({ status }) => status === 204)).toMatchObject({
    outcome: 'ok',
    attempts: 3,
  });
  expect(proxy.log.filter(({ msg }) => msg === 'retry')).toMatchObject([
    { attempt: 1, outcome: 'upstream_error', upstream: upstream.origin },
    { attempt: 2, outcome: 'upstream_error' },
  ]);
});

test('A request that fails, one that is refused and one whose client leaves have their lines', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await ProxyProcess.start([
    ...['--host', '127.0.0.1', '--target', backend.url, '--max-retries', '0'],
    ...['--max-concurrent-requests', '1', '--max-queue-size', '0'],
    ...['--abandoned', 'release'],
  ]);
  const held = await proxy.connect();
  await held.send(bytesOfRequest({ fields: { 'X-Request-Id': 'held' } }));
  await backend.waitFor(({ hanging }) => hanging === 1);
  const refused = await proxy.connect();
  await refused.send(bytesOfRequest({ fields: { 'X-Request-Id': 'refused' } }));
  expect((await refused.readResponse()).status).toBe(503);
  held.destroy();
  await backend.waitFor(({ active }) => active === 0);
  const failed = await proxy.connect();
  await failed.send(
    bytesOfRequest({ path: '/?fault=reset', fields: { 'X-Request-Id': 'failed' } }),
  );
  expect((await failed.readResponse()).status).toBe(502);
  const unreadable = await proxy.connect();
  await unreadable.send('NOT HTTP\r\n\r\n');
  expect((await unreadable.readResponse()).status).toBe(400);

  expect(await proxy.logged(({ id }) => id === 'refused')).toMatchObject({
    outcome: 'queue_full',
    status: 503,
    attempts: 0,
  });
  expect(await proxy.logged(({ id }) => id === 'held')).toMatchObject({
    outcome: 'client_gone',
    status: 499,
    attempts: 1,
  });
  expect(await proxy.logged(({ id }) => id === 'failed')).toMatchObject({
    outcome: 'connection_terminated',
    status: 502,
    detail: expect.any(String),
  });
  expect(await proxy.logged(({ msg }) => msg === 'unreadable request')).toMatchObject({
    outcome: 'client_error',
    status: 400,
  });
});

test('Whatever is in a request target, its line stays one line of JSON', async () => {
  const proxy = await ProxyProcess.start([]);
  const client = await proxy.connect();
  const path = '/"quoted"\\back%0Aslash%00';
  await client.send(bytesOfRequest({ path }));
  await client.readResponse();
  await proxy.logged(finishedLine);
  expect(proxy.stdout).toBe(`${JSON.stringify(proxy.log[0])}\n`);
  expect(proxy.log[0]).toMatchObject({ url: path });
});

test('--no-access-log is silent about requests, and still tells of the breaker', async () => {
  const backend = await startTestBackend({ status: '503' });
  const proxy = await ProxyProcess.start([
    ...['--target', backend.url, '--no-access-log', '--max-retries', '0'],
    ...['--circuit-breaker-threshold', '2'],
  ]);
  const client = await proxy.connect();
  for (let i = 0; i < 3; i++) {
    await client.send(bytesOfRequest({}));
    expect((await client.readResponse()).status).toBe(503);
  }
  client.destroy();
  proxy.signal('SIGTERM');
  expect(await proxy.exitCode()).toBe(0);
  expect(proxy.log.map(({ msg }) => msg)).toEqual([
    'breaker open',
    expect.stringContaining('draining'),
    'drained',
  ]);
});

test('The log is pretty when asked for', async () => {
  const proxy = await ProxyProcess.start(['--log-format', 'pretty']);
  const client = await proxy.connect();
  await client.send(bytesOfRequest({ path: '/pretty' }));
  expect(fieldOf(await client.readResponse(), 'via')).toMatch(ourVia);
  proxy.signal('SIGTERM');
  expect(await proxy.exitCode()).toBe(0);
  expect(proxy.log).toEqual([]);
  expect(proxy.stdout).toMatch(
    /^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: GET \/pretty 200 ok .*"attempts":1/m,
  );
});

test('With several services a line names the one that the request went to, and where its route stands', async () => {
  const backend = await startTestBackend();
  const services = {
    models: { targets: [backend.url] },
    reports: { targets: [backend.url] },
  };
  const routes = ['models', 'reports'].map((service) => ({ path: `/${service}/`, service }));
  const file = configFile({ services, routes });
  const proxy = await ProxyProcess.start(['--host', '127.0.0.1', '--config', file]);
  const client = await proxy.connect();
  for (const path of ['/models/1', '/elsewhere']) {
    await client.send(bytesOfRequest({ path }));
    await client.readResponse();
  }
  await proxy.logged(({ outcome }) => outcome === 'no_route');
  client.destroy();
  const [taken, lost] = proxy.log.filter(finishedLine);
  expect(taken).toMatchObject({ service: 'models', route: expect.stringMatching(/\.json:\d+$/) });
  expect(lost).not.toHaveProperty('service');
  expect(lost).not.toHaveProperty('route');
});
