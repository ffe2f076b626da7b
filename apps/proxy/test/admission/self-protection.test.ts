import { expect, test } from 'vitest';
import { fieldOf, type RawResponse } from '../kit/raw-message.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { ProxyProcess } from '../lifecycle/proxy-process.ts';
import { ask, bytesOfRequest, send, startTestBackend } from './ask.ts';

const outcomeOf = ({ status, body }: RawResponse): string =>
  status === 200 ? 'ok' : JSON.parse(body.toString()).outcome;

const connected = (proxy: TestGateway, count: number) =>
  Promise.all(Array.from({ length: count }, () => proxy.connect()));

/** Nothing in this process runs meanwhile: neither test nor proxy nor backend. */
const blockEventLoop = (ms: number) =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** As that does, but uses the processor for so long. */
const keepBusy = (ms: number) => {
  const before = process.cpuUsage();
  let used = 0;
  while (used < ms) {
    const { user, system } = process.cpuUsage(before);
    used = (user + system) / 1000;
  }
};

test('While the event loop is blocked for long, new requests are shed, and soon let in again', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, '--shed-event-loop-delay': '100ms' });
  const clients = await connected(proxy, 40);
  blockEventLoop(500);
  for (const client of clients) client.socket.write(bytesOfRequest({}));
  const answers = await Promise.all(clients.map((client) => client.readResponse()));
  const shed = answers.filter((answer) => outcomeOf(answer) === 'event_loop_overloaded');
  expect(shed.length).toBeGreaterThan(0);
  expect(shed.length + answers.filter(({ status }) => status === 200).length).toBe(40);
  for (const { status, ...answer } of shed) {
    expect([status, fieldOf(answer, 'retry-after')]).toEqual([503, '1']);
    expect(fieldOf(answer, 'proxy-status')).toContain('error=proxy_internal_error');
  }
  expect(backend.stats().received).toBe(40 - shed.length);

  await eventually(() => expect(proxy.instance.selfProtection.overload).toBeNull());
  expect((await ask(proxy)).status).toBe(200);
  for (const client of clients) client.destroy();
});

test('After a standstill that used no processor nobody is shed, after one that did some are', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, '--shed-event-loop-delay': '500ms' });
  const shedAfter = async (standStill: (ms: number) => void): Promise<number> => {
    const clients = await connected(proxy, 40);
    standStill(1500);
    for (const client of clients) client.socket.write(bytesOfRequest({}));
    const answers = await Promise.all(clients.map((client) => client.readResponse()));
    for (const client of clients) client.destroy();
    return answers.filter((answer) => outcomeOf(answer) === 'event_loop_overloaded').length;
  };
  expect(await shedAfter(blockEventLoop)).toBe(0);
  expect(await shedAfter(keepBusy)).toBeGreaterThan(0);
});

test('With --shed-event-loop-delay none nobody is shed for it', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, '--shed-event-loop-delay': 'none' });
  const [client] = await connected(proxy, 1);
  blockEventLoop(300);
  await client?.send(bytesOfRequest({}));
  expect((await client?.readResponse())?.status).toBe(200);
  expect(proxy.instance.selfProtection.overload).toBeNull();
  client?.destroy();
});

test('With more connections than --max-client-connections new requests are shed until they are fewer', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, '--max-client-connections': 8 });
  const [first, ...others] = await connected(proxy, 9);
  if (first === undefined) throw new Error('no client');
  let answer: RawResponse;
  do {
    await first.send(bytesOfRequest({}));
    answer = await first.readResponse();
  } while (answer.status === 200);
  expect(outcomeOf(answer)).toBe('connections_overloaded');
  expect([answer.status, fieldOf(answer, 'retry-after')]).toEqual([503, '1']);
  // Else those who are refused would keep the connections too many.
  expect(fieldOf(answer, 'connection')).toBe('close');
  first.destroy();
  // Whoever looks what is the matter is let in.
  const [looker] = await connected(proxy, 1);
  await looker?.send(bytesOfRequest({ path: '/proxy-health' }));
  expect((await looker?.readResponse())?.status).toBe(200);

  for (const client of others) client.destroy();
  await eventually(() => expect(proxy.instance.selfProtection.overload).toBeNull());
  await looker?.send(bytesOfRequest({}));
  expect((await looker?.readResponse())?.status).toBe(200);
  looker?.destroy();
});

test('Requests under way are served to their end, whatever is shed', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({ '--target': backend.url, '--max-client-connections': 4 });
  const early = await send(proxy);
  await backend.waitFor(({ hanging }) => hanging === 1);
  const others = await connected(proxy, 4);
  await eventually(() => {
    expect(proxy.instance.selfProtection.overload?.shed).toBeGreaterThan(0.9);
  });
  backend.behave({ fault: '' });
  backend.releaseAll();
  expect((await early.readResponse()).status).toBe(200);
  for (const client of [early, ...others]) client.destroy();
});

test('With more of the heap in use than --shed-memory new requests are shed', async () => {
  const backend = await startTestBackend();
  const proxy = await ProxyProcess.start(['--target', backend.url, '--shed-memory', '10%'], {
    environment: { NODE_OPTIONS: '--max-old-space-size=48' },
  });
  const client = await proxy.connect();
  let answer: RawResponse;
  do {
    await client.send(bytesOfRequest({}));
    answer = await client.readResponse();
  } while (answer.status === 200);
  expect(outcomeOf(answer)).toBe('memory_overloaded');
  expect([answer.status, fieldOf(answer, 'retry-after')]).toEqual([503, '1']);
});
