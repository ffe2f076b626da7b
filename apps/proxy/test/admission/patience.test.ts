import { expect, test } from 'vitest';
import { request } from '../kit/cases.ts';
import { fieldOf, valuesOf } from '../kit/raw-message.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { ask, send, startTestBackend } from './ask.ts';

/** The time that each request that ends had from its arrival, in ms. */
function timesGiven({ instance }: TestGateway): number[] {
  const times: number[] = [];
  instance.events.on('request_finished', ({ deadline, receivedAt }) => {
    times.push(Math.round(deadline - receivedAt));
  });
  return times;
}

test.each([
  ['Request-Timeout', '0.08'],
  ['X-Request-Timeout', '80ms'],
  ['grpc-timeout', '80m'],
])('Who says with %s: %s how long it waits is answered by then', async (name, value) => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({ '--target': backend.url });
  const times = timesGiven(proxy);
  const response = await ask(proxy, { fields: { [name]: value } });
  expect(response.status).toBe(504);
  expect(JSON.parse(response.body.toString()).outcome).toBe('http_response_timeout');
  expect((await proxy.finished()).outcome).toBe('http_response_timeout');
  expect(times).toEqual([80]);
});

test("Of the client's patience and --request-timeout the shorter one counts", async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, '--request-timeout': '10s' });
  const times = timesGiven(proxy);
  for (const seconds of ['5', '20', 'soon']) {
    await ask(proxy, { fields: { 'Request-Timeout': seconds } });
    await proxy.finished();
  }
  expect(times).toEqual([5000, 10_000, 10_000]);
});

test('Clients say it in the fields that --patience-header names, and in no other', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, '--patience-header': 'X-Patience' });
  const times = timesGiven(proxy);
  for (const name of ['X-Patience', 'Request-Timeout']) {
    await ask(proxy, { fields: { [name]: 7 } });
    await proxy.finished();
  }
  expect(times).toEqual([7000, Infinity]);
});

test('The upstream is told the seconds left, not those that the client said', async () => {
  const upstream = await RawUpstream.start();
  const proxy = await startGateway({ '--target': upstream.origin, '--max-concurrent-requests': 1 });
  const first = await send(proxy);
  const connection = await upstream.accept();
  expect(fieldOf(await connection.readRequest(), 'x-request-timeout')).toBeUndefined();
  const second = await send(proxy, { fields: { 'X-Request-Timeout': '100s' } });
  await proxy.queued(1);
  await connection.send('HTTP/1.1 204 No Content\r\n\r\n');
  const values = valuesOf(await connection.readRequest(), 'x-request-timeout');
  expect(values).toEqual([expect.stringMatching(/^\d{2}\.\d{3}$/)]);
  expect(Number(values[0])).toBeGreaterThan(90);
  await connection.send('HTTP/1.1 204 No Content\r\n\r\n');
  expect((await second.readResponse()).status).toBe(204);
  first.destroy();
  second.destroy();
});

test('A retry is told less than the attempt before it', async () => {
  const upstream = await RawUpstream.start();
  const proxy = await startGateway({ '--target': upstream.origin, '--request-timeout': '60s' });
  const refusal = 'HTTP/1.1 503 Later\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n';
  upstream.respond(() =>
    upstream.requests.length < 2 ? refusal : 'HTTP/1.1 204 No Content\r\n\r\n',
  );
  expect((await ask(proxy)).status).toBe(204);
  const [one, two] = upstream.requests.map((request) =>
    Number(fieldOf(request, 'x-request-timeout')),
  ) as [number, number];
  expect(one).toBeLessThanOrEqual(60);
  expect(two).toBeLessThanOrEqual(one - 1);
});

test.each([
  ['X-Time-Left', { 'x-time-left': /^\d\.\d{3}$/, 'x-request-timeout': /^9$/ }],
  ['none', { 'x-time-left': undefined, 'x-request-timeout': /^9$/ }],
])('--deadline-header %s', async (flag, expected) => {
  const upstream = await RawUpstream.start();
  upstream.respond('HTTP/1.1 204 No Content\r\n\r\n');
  const proxy = await startGateway({ '--target': upstream.origin, '--deadline-header': flag });
  await ask(proxy, { fields: { 'X-Request-Timeout': 9 } });
  const seen = await upstream.nextRequest();
  for (const [name, pattern] of Object.entries(expected)) {
    const value = fieldOf(seen, name);
    if (pattern === undefined) expect(value).toBeUndefined();
    else expect(value).toMatch(pattern);
  }
});

test('The upstream hears the time left once, whatever the client has said of it', async () => {
  const upstream = await RawUpstream.start();
  upstream.respond('HTTP/1.1 204 No Content\r\n\r\n');
  const flags = { '--target': upstream.origin, '--deadline-header': 'X-Time-Left' };
  const client = await (await startGateway(flags)).connect();
  const claims = ['X-Time-Left: 77', 'X-Request-Timeout: 9', 'x-time-left: 88'];
  await client.send(request('GET /', claims));
  expect((await client.readResponse()).status).toBe(204);
  expect(valuesOf(await upstream.nextRequest(), 'x-time-left')).toEqual([
    expect.stringMatching(/^[89]\.\d{3}$/),
  ]);
});

test("Who can't be served in time any more is told so at once, and nothing goes upstream", async () => {
  const backend = await startTestBackend({ latency: '60ms' });
  const proxy = await startGateway({ '--target': backend.url, '--max-concurrent-requests': 1 });
  for (let i = 0; i < 8; i++) await ask(proxy);
  backend.behave({ fault: 'hang' });
  const admitted = await send(proxy);
  await backend.waitFor(({ hanging }) => hanging === 1);

  const hopeless = await ask(proxy, { fields: { 'Request-Timeout': 0.03 } });
  expect(hopeless.status).toBe(503);
  expect(JSON.parse(hopeless.body.toString()).outcome).toBe('deadline_unreachable');
  expect(fieldOf(hopeless, 'proxy-status')).toContain('error=connection_limit_reached');
  expect(fieldOf(hopeless, 'retry-after')).toMatch(/^[1-9]\d*$/);
  const patient = await send(proxy, { fields: { 'Request-Timeout': 60 } });
  await proxy.queued(1);
  expect(backend.stats().received).toBe(9);
  admitted.destroy();
  patient.destroy();
});

test('Who has no time at all is refused, though a permit is free', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url });
  const response = await ask(proxy, { fields: { 'Request-Timeout': 0 } });
  expect(response.status).toBe(503);
  expect(JSON.parse(response.body.toString()).outcome).toBe('deadline_unreachable');
  expect(backend.stats().received).toBe(0);
});

test('Who would wait for longer than --queue-timeout is told so at once', async () => {
  const backend = await startTestBackend({ latency: '50ms' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 1,
    '--queue-timeout': '2s',
    '--queue-order': 'fifo',
  });
  const line = await Promise.all(Array.from({ length: 90 }, () => send(proxy)));
  // The pace of a line is known once it has moved some steps.
  for (let i = 0; i < 10; i++) expect((await proxy.finished()).outcome).toBe('ok');
  const refused = await ask(proxy);
  expect(JSON.parse(refused.body.toString()).outcome).toBe('deadline_unreachable');
  expect(proxy.service.permits.queued).toBeGreaterThan(0);
  for (const client of line) client.destroy();
});
