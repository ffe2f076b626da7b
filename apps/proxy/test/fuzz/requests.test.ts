import { expect, test } from 'vitest';
import { chunked, ok, request } from '../kit/cases.ts';
import { RawClient } from '../kit/raw-client.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { expectNormal, failOnUncaught, playAll, sendApart } from './fuzz-run.ts';
import { cut, mutate } from './mutate.ts';
import { Random, runsOf, seedOf } from './random.ts';

const examples = [
  request('GET /a?b=c', ['Accept: */*', 'Cookie: a=b']),
  request('GET http://b/x', ['Connection: close']),
  request('HEAD /', ['X-Request-Id: abc']),
  request('POST /', ['Content-Length: 11'], 'hello world'),
  request('PUT /', ['Transfer-Encoding: chunked', 'Trailer: X-Sum'], chunked('hello world', 4)),
  request('POST /', ['Transfer-Encoding: chunked'], chunked('hello', 2, ['X-Sum: 1', 'X-B: 2'])),
  request('PUT /', ['Expect: 100-continue', 'Content-Length: 5'], 'hello'),
  request('GET /chat', [
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ]),
  request('OPTIONS *', ['Max-Forwards: 3']),
  'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
  request('GET /1') + request('POST /2', ['Content-Length: 2'], 'hi') + request('GET /3'),
  request('GET /', ['Connection: X-Foo, keep-alive', 'X-Foo: 1', 'X-Forwarded-For: 1.2.3.4']),
  request('GET /proxy-health'),
  'CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n',
];

const limit = '300ms';
/** The limits above, one after another, and the second that node adds to an idle connection. */
const patienceMs = 8_000;

test('Malformed requests crash nothing, hang nothing and leave nothing', async () => {
  const seed = seedOf(20_260_101);
  const expectNothingUncaught = failOnUncaught();
  const upstream = await RawUpstream.start();
  upstream.respond(({ target }) => ok(target === '/normal' ? 'normal' : 'answer'));
  const proxy = await startGateway({
    '--target': upstream.origin,
    '--client-header-timeout': limit,
    '--client-body-timeout': limit,
    '--client-idle-timeout': limit,
    '--tunnel-idle-timeout': limit,
    '--read-timeout': '500ms',
    '--max-concurrent-requests': 400,
    '--pool-maxsize': 400,
    '--circuit-breaker-threshold': 0,
  });

  const play = async (run: number): Promise<void> => {
    const random = new Random(seed + run);
    const text = mutate(examples, random);
    const leaving = random.pick(['stay', 'stay', 'end', 'end', 'destroy', 'reset'] as const);
    const client = await RawClient.open(proxy.port);
    try {
      await sendApart(proxy, client, cut(text, random));
      if (leaving !== 'stay') client[leaving]();
      if (leaving === 'destroy' || leaving === 'reset') return;
      const answer = await client.reader.toEnd('the end of the connection', patienceMs);
      const said = answer.toString('latin1');
      if (said !== '' && !/^HTTP\/1\.1 \d{3} /.test(said)) throw new Error(`answered ${said}`);
    } catch (error) {
      throw new Error(`${error}; ${JSON.stringify(text.slice(0, 500))}, then ${leaving}`);
    } finally {
      client.destroy();
    }
  };

  await playAll(runsOf(3_600), 300, seed, play, async () => {
    await expectNormal(proxy);
    expectNothingUncaught();
    // Whatever was passed on was a sound request: the upstream reads strictly.
    expect(upstream.faults.map(String), `FUZZ_SEED=${seed}`).toEqual([]);
  });
  await proxy.nothingLeft();
}, 60_000);
