import { test } from 'vitest';
import { BrokenOff } from '../kit/byte-reader.ts';
import { chunked, ok, request, response } from '../kit/cases.ts';
import { RawClient } from '../kit/raw-client.ts';
import { fieldOf, Truncated } from '../kit/raw-message.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { expectNormal, failOnUncaught, playAll } from './fuzz-run.ts';
import { cut, mutate } from './mutate.ts';
import { Random, runsOf, seedOf } from './random.ts';

const examples = [
  ok('hello world'),
  response('200 OK', ['Transfer-Encoding: chunked'], chunked('hello world', 4)),
  response('200 OK', ['Transfer-Encoding: chunked', 'Trailer: X'], chunked('hello', 2, ['X: 1'])),
  response('200 OK', ['Connection: close'], 'until the end'),
  response('204 No Content', ['Set-Cookie: a=b', 'Set-Cookie: c=d']),
  response('304 Not Modified', ['ETag: "x"', 'Content-Length: 5']),
  response('103 Early Hints', ['Link: </a>']) + ok('hinted'),
  response('404 Not Found', ['Connection: X-Foo', 'X-Foo: 1', 'Content-Length: 2'], 'no'),
  response('503 Busy', ['Retry-After: 0', 'Content-Length: 4'], 'busy'),
  response('101 Switching Protocols', ['Upgrade: websocket', 'Connection: upgrade']),
  'HTTP/1.0 200 OK\r\n\r\nold',
];

const asks = [
  request('GET /fuzz'),
  request('GET /fuzz'),
  request('HEAD /fuzz'),
  request('POST /fuzz', ['Content-Length: 2'], 'hi'),
  request('PUT /fuzz', ['Transfer-Encoding: chunked'], chunked('hello', 3, ['X-T: 1'])),
  'GET /fuzz HTTP/1.0\r\n\r\n',
  request('GET /fuzz', ['Upgrade: websocket', 'Connection: Upgrade']),
];

/** What one read of the proxy takes. */
const onePacketBytes = 32 * 1024;

/** At once, so that whatever follows an answer is there when it ends; or in pieces, some of them late. */
const arrivals = ['at once', 'in pieces'] as const;

test.each(arrivals)(
  'Malformed answers that come %s crash nothing, hang nothing and leave nothing',
  async (arrival) => {
    const seed = seedOf(20_260_202);
    const expectNothingUncaught = failOnUncaught();
    const upstream = await RawUpstream.start();
    upstream.respond(async ({ target, fields }, connection) => {
      if (!target.startsWith('/fuzz')) return ok('normal');
      const run = Number(fields.find(([name]) => name.toLowerCase() === 'x-run')?.[1]);
      const random = new Random(seed + run);
      const answer = mutate(examples, random).slice(0, onePacketBytes);
      const pieces = arrival === 'at once' ? [answer] : cut(answer, random);
      for (const piece of pieces) await connection.send(piece);
      const leaving = random.pick(['stay', 'stay', 'end', 'reset'] as const);
      if (leaving !== 'stay') connection[leaving]();
      return undefined;
    });
    const proxy = await startGateway({
      '--target': upstream.origin,
      '--client-body-timeout': '300ms',
      '--tunnel-idle-timeout': '300ms',
      '--read-timeout': '500ms',
      // Far below what the client waits, also where a busy machine stretches it.
      '--request-timeout': '1500ms',
      '--max-concurrent-requests': 400,
      '--pool-maxsize': 400,
      '--pool-connections': 200,
      '--max-retries': 3,
      '--circuit-breaker-threshold': 0,
    });

    const play = async (run: number): Promise<void> => {
      const random = new Random(~(seed + run));
      const ask = random.pick(asks).replace('\r\n', `\r\nX-Run: ${run}\r\n`);
      const client = await RawClient.open(proxy.port);
      try {
        await client.send(ask);
        const answer = await client.readResponse(ask.slice(0, ask.indexOf(' ')));
        // Late bytes of a faulty upstream can't be told from the answer to the next request.
        if (arrival === 'in pieces') return;
        const kept = answer.fields.some(([, value]) => value === 'keep-alive');
        if (answer.status === 101 || !kept || client.reader.ending !== 'open') return;
        // In step: nothing of the faulty answer may be taken for the one to this.
        await client.send(request('GET /normal'));
        const next = await client.readResponse();
        // Or an error that we own up to: its connection may be one that the upstream resets now.
        const honest = next.status >= 500 && fieldOf(next, 'proxy-status') !== undefined;
        if (!honest && next.body.toString() !== 'normal') throw new Error(`then ${next.body}`);
      } catch (error) {
        // Cut off is honest; anything else that is no answer is not.
        if (error instanceof Truncated || error instanceof BrokenOff) return;
        const answer = mutate(examples, new Random(seed + run));
        throw new Error(`${error}; ${JSON.stringify([ask, answer.slice(0, 500)])}`);
      } finally {
        client.destroy();
      }
    };

    await playAll(runsOf(2_000), 200, seed, play, async () => {
      await expectNormal(proxy);
      expectNothingUncaught();
    });
    await proxy.nothingLeft();
  },
  60_000,
);
