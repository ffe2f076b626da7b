import { freePort } from '@spillway/test-kit';
import { expect, test } from 'vitest';
import { breakerFailures, expectProblem, request, response, setUp } from '../kit/cases.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';

/** Listens on one port and forwards to the other, by a name, with retries and a breaker that opens at once. */
const between = (port: number, targetPort: number): Promise<TestGateway> =>
  startGateway({
    ...{ '--port': port, '--target': `http://localhost:${targetPort}` },
    ...{ '--circuit-breaker-threshold': 1, '--pool-idle-timeout': '50ms' },
  });

const asks = [request('GET /'), request('POST /', ['Content-Length: 2'], 'hi')];

async function expectLoop(proxies: readonly TestGateway[], requests: readonly number[]) {
  const [first] = proxies as [TestGateway];
  for (const ask of asks) {
    const client = await first.connect();
    await client.send(ask);
    expectProblem(await client.readResponse(), 502, 'loop_detected');
    client.destroy();
  }
  for (const [i, proxy] of proxies.entries()) {
    const total = asks.length * (requests[i] as number);
    for (let n = 0; n < total; n++) {
      expect(await proxy.finished()).toMatchObject({ outcome: 'loop_detected', status: 502 });
    }
    expect(proxy.instance.metrics.total).toBe(total);
    expect(breakerFailures(proxy)).toBe(0);
  }
}

test('RFC 9110 7.6.3: a proxy that forwards to itself says so at the first repetition', async () => {
  const port = await freePort();
  await expectLoop([await between(port, port)], [2]);
});

test('RFC 9110 7.6.3: two proxies that forward to each other say so at the first repetition', async () => {
  const [one, other] = [await freePort(), await freePort()];
  await expectLoop([await between(one, other), await between(other, one)], [2, 1]);
});

test('RFC 9110 7.6.3: another proxy of the same kind before this one is no loop', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(response('200 OK', ['Content-Length: 0']));
  await client.send(request('GET /', ['Via: 1.1 spillway-00000000, 1.1 spillway']));
  expect((await client.readResponse()).status).toBe(200);
});

test('RFC 9209 2.3: a loop that a proxy behind tells of is relayed, never repeated, and blames no target', async () => {
  const { upstream, proxy, client } = await setUp({ '--circuit-breaker-threshold': 1 });
  const told = 'inner; error=proxy_loop_detected';
  upstream.respond(response('502 Bad Gateway', [`Proxy-Status: ${told}`, 'Content-Length: 0']));
  await client.send(request('GET /'));
  const seen = await client.readResponse();
  expect([seen.status, fieldOf(seen, 'proxy-status')]).toEqual([502, told]);
  expect(await proxy.finished()).toMatchObject({ outcome: 'loop_detected', attempts: 1 });
  expect(breakerFailures(proxy)).toBe(0);
});
