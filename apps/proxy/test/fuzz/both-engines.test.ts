import { expect, test } from 'vitest';
import { chunked, ok, request } from '../kit/cases.ts';
import { RawClient } from '../kit/raw-client.ts';
import type { RawRequest } from '../kit/raw-message.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { failOnUncaught, playAll, sendApart } from './fuzz-run.ts';
import { cut, mutate } from './mutate.ts';
import { Random, runsOf, seedOf } from './random.ts';

const examples = [
  request('GET /a?b=c', ['Accept: */*', 'Cookie: a=b']),
  request('GET http://b/x', ['Connection: close']),
  request('POST /', ['Content-Length: 11'], 'hello world'),
  request('PUT /', ['Transfer-Encoding: chunked', 'Trailer: X-Sum'], chunked('hello world', 4)),
  request('POST /', ['Transfer-Encoding: chunked'], chunked('hello', 2, ['X-Sum: 1', 'X-B: 2'])),
  request('PUT /', ['Expect: 100-continue', 'Content-Length: 5'], 'hello'),
  request('OPTIONS *', ['Max-Forwards: 3']),
  'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
  request('GET /1') + request('POST /2', ['Content-Length: 2'], 'hi'),
  request('GET /', ['Connection: X-Foo, keep-alive', 'X-Foo: 1', 'X-Forwarded-For: 1.2.3.4']),
];

const limit = '400ms';
const patienceMs = 8_000;

/** All of a request that is the client's, and not the connection's or ours. */
function told({ method, target, fields, body, trailers }: RawRequest): string {
  const theirs = fields.filter(([name]) => !/^(host|via|x-request-id)$/i.test(name));
  return JSON.stringify([method, target, theirs, body.toString('latin1'), trailers]);
}

async function startOn(engine: 'lean' | 'node'): Promise<TestGateway> {
  const upstream = await RawUpstream.start();
  upstream.respond((request) => ok(`<${told(request)}>`));
  return startGateway({
    '--engine': engine,
    '--target': upstream.origin,
    '--client-header-timeout': limit,
    '--client-body-timeout': limit,
    '--client-idle-timeout': limit,
    '--max-concurrent-requests': 400,
    '--pool-maxsize': 400,
    '--circuit-breaker-threshold': 0,
  });
}

/** What the upstream was asked, in order: it says so in its responses. */
async function forwardedBy(proxy: TestGateway, pieces: readonly string[]): Promise<string[]> {
  const client = await RawClient.open(proxy.port);
  try {
    await sendApart(proxy, client, pieces);
    const said = await client.reader.toEnd('the end of the connection', patienceMs);
    return said.toString('latin1').match(/<\[.*?\]>/g) ?? [];
  } finally {
    client.destroy();
  }
}

test('Both engines take the same requests out of the same bytes', async () => {
  const seed = seedOf(20_260_303);
  const expectNothingUncaught = failOnUncaught();
  const [lean, node] = await Promise.all([startOn('lean'), startOn('node')]);
  let forwarded = 0;
  const play = async (run: number): Promise<void> => {
    const random = new Random(seed + run);
    const text = mutate(examples, random);
    const pieces = cut(text, random);
    const [one, other] = await Promise.all([forwardedBy(lean, pieces), forwardedBy(node, pieces)]);
    forwarded += one.length;
    expect(one, JSON.stringify(pieces).slice(0, 500)).toEqual(other);
  };
  const runs = runsOf(600);
  await playAll(runs, 100, seed, play, async () => expectNothingUncaught());
  // Neither all good nor all refused: else they would agree on nothing of interest.
  expect(forwarded).toBeGreaterThan(runs / 10);
}, 60_000);
