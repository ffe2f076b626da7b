import { describe, expect, test } from 'vitest';
import { ok, request } from '../kit/cases.ts';
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

  test('--max-client-connections-per-address: others are served', async () => {
    const upstream = await RawUpstream.start();
    upstream.respond(ok());
    const proxy = await startGateway({
      ...{ '--target': upstream.origin, '--engine': engine, '--proxy-protocol': true },
      ...{ '--trusted-proxy': '127.0.0.1', '--max-client-connections-per-address': 2 },
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
