import { describe, expect, test } from 'vitest';
import { expectProblem, ok, request } from '../kit/cases.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';

/** True: it gets a response, and keeps its connection. */
async function isServed(proxy: TestGateway, before = '') {
  const client = await proxy.connect();
  try {
    await client.send(before + request('GET /'));
    return { client, served: (await client.readResponse()).status === 200 };
  } catch {
    return { client, served: false };
  }
}

describe.each(['lean', 'node'])('--engine %s', (engine) => {
  test('--max-client-connections: one too many is closed, and one that leaves makes room', async () => {
    const upstream = await RawUpstream.start();
    upstream.respond(ok());
    const proxy = await startGateway({
      ...{ '--target': upstream.origin, '--engine': engine, '--max-client-connections': 20 },
    });
    const first = await isServed(proxy);
    const others = [];
    for (let i = 0; i < 19; i++) others.push(await proxy.connect());
    await eventually(() => expect(proxy.instance.clientSockets.size).toBe(20));
    expect(first.served).toBe(true);
    expect((await isServed(proxy)).served).toBe(false);
    expect(proxy.instance.clientSockets.size).toBe(20);
    for (const client of others) client.destroy();
    await eventually(() => expect(proxy.instance.clientSockets.size).toBe(1));
    expect((await isServed(proxy)).served).toBe(true);
  });

  test('--max-connections-per-address: others are served', async () => {
    const upstream = await RawUpstream.start();
    upstream.respond(ok());
    const proxy = await startGateway({
      ...{ '--target': upstream.origin, '--engine': engine, '--proxy-protocol': true },
      ...{ '--trusted-proxy': '127.0.0.1', '--max-connections-per-address': 2 },
    });
    const from = (address: string) => isServed(proxy, `PROXY TCP6 ${address} ::1 1 1\r\n`);
    const first = await from('2001:db8::1');
    expect([first.served, (await from('2001:db8::2')).served]).toEqual([true, true]);
    expect((await from('2001:db8::3')).served).toBe(false);
    expect((await from('2001:db8:0:1::1')).served).toBe(true);
    first.client.destroy();
    await eventually(() => expect(proxy.instance.clientSockets.size).toBe(2));
    expect((await from('2001:db8::3')).served).toBe(true);
  });
});

describe.each(['lean', 'node'])('--engine %s', (engine) => {
  test('--max-requests-per-connection: the last response says that it is the last', async () => {
    const upstream = await RawUpstream.start();
    upstream.respond(ok());
    const proxy = await startGateway({
      ...{ '--target': upstream.origin, '--engine': engine, '--max-requests-per-connection': 3 },
    });
    const client = await proxy.connect();
    await client.send(request('GET /').repeat(5));
    const seen = [];
    for (let i = 0; i < 3; i++) seen.push(fieldOf(await client.readResponse(), 'connection'));
    expect(seen).toEqual(['keep-alive', 'keep-alive', 'close']);
    await client.closed();
  });

  test('--max-header-count: more fields are refused with 431', async () => {
    const upstream = await RawUpstream.start();
    upstream.respond(ok());
    const proxy = await startGateway({
      ...{ '--target': upstream.origin, '--engine': engine, '--max-header-count': 10 },
    });
    const ask = async (fields: number) => {
      const client = await proxy.connect();
      await client.send(
        request(
          'GET /',
          Array.from({ length: fields }, (_, i) => `X-${i}: a`),
        ),
      );
      return (await client.readResponse()).status;
    };
    // Host is one of them.
    expect([await ask(9), await ask(10)]).toEqual([200, 431]);
  });
});

test('--min-request-body-rate: a client that trickles its body is answered 408', async () => {
  const upstream = await RawUpstream.start();
  const proxy = await startGateway({
    ...{ '--target': upstream.origin, '--min-request-body-rate': '1kB' },
  });
  const details: string[] = [];
  proxy.instance.events.on('request_finished', ({ detail }) => details.push(detail));
  const client = await proxy.connect();
  await client.send(request('POST /', ['Content-Length: 100000'], 'x'));
  await upstream.accept();
  const trickle = setInterval(() => client.send('x'), 100);
  await eventually(() => expect(client.reader.unread.length).toBeGreaterThan(0), 25_000);
  clearInterval(trickle);
  expectProblem(await client.readResponse('POST'), 408, 'client_error');
  await eventually(() => expect(details.join()).toContain('--min-request-body-rate'));
}, 30_000);

test('--max-pipelined-requests: what a client sends ahead of them waits', async () => {
  const upstream = await RawUpstream.start();
  const proxy = await startGateway({
    ...{ '--target': upstream.origin, '--engine': 'lean', '--max-pipelined-requests': 3 },
  });
  const client = await proxy.connect();
  await client.send(request('GET /').repeat(5));
  await eventually(() => expect(upstream.connections).toHaveLength(3));
  expect(proxy.instance.exchanges.size).toBe(3);
});
