import { expect, test } from 'vitest';
import {
  expectProblem,
  expectRefused,
  ok,
  request,
  response,
  setUp,
  setUpBusy,
} from '../kit/cases.ts';
import { fieldOf, valuesOf } from '../kit/raw-message.ts';

const expecting = request('PUT /', ['Expect: 100-continue', 'Content-Length: 5']);
const interim = 'HTTP/1.1 100 Continue';

test('RFC 9110 10.1.1: 100 (Continue) comes before the body, the answer after it', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(ok('done'));
  await client.send(expecting);
  expect((await client.reader.until('\r\n\r\n', '100')).toString()).toBe(interim);
  await client.send('hello');
  const seen = await client.readResponse('PUT');
  expect(seen.body.toString()).toBe('done');
  expect(seen.interim).toEqual([]);
  expect((await upstream.nextRequest()).body.toString()).toBe('hello');
});

test('RFC 9110 10.1.1: Expect ends here: we have answered it', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(ok());
  await client.send(`${expecting}hello`);
  expect(valuesOf(await upstream.nextRequest(), 'expect')).toEqual([]);
  expect((await client.readResponse('PUT')).status).toBe(200);
});

test('RFC 9110 10.1.1: 100-CONTINUE is the same expectation', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(ok());
  await client.send(expecting.replace('100-continue', '100-CONTINUE'));
  expect((await client.reader.until('\r\n\r\n', '100')).toString()).toBe(interim);
  await client.send('hello');
  expect((await client.readResponse('PUT')).status).toBe(200);
});

test('RFC 9110 10.1.1: a chunked body is asked for in the same way', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(ok());
  await client.send(request('PUT /', ['Expect: 100-continue', 'Transfer-Encoding: chunked']));
  expect((await client.reader.until('\r\n\r\n', '100')).toString()).toBe(interim);
  await client.send('5\r\nhello\r\n0\r\n\r\n');
  expect((await client.readResponse('PUT')).status).toBe(200);
  expect((await upstream.nextRequest()).body.toString()).toBe('hello');
});

test('RFC 9110 10.1.1: the client is not asked for its body while it waits in the queue', async () => {
  const { proxy, client, first, connection } = await setUpBusy();

  await client.send(expecting);
  await proxy.queued(1);
  expect(client.reader.received).toHaveLength(0);

  await connection.send(ok());
  expect((await first.readResponse()).status).toBe(200);
  expect((await client.reader.until('\r\n\r\n', '100')).toString()).toBe(interim);
  await client.send('hello');
  expect((await connection.readRequest()).body.toString()).toBe('hello');
  await connection.send(ok());
  expect((await client.readResponse('PUT')).status).toBe(200);
});

test('RFC 9110 10.1.1: a refusal comes instead of 100, and closes: the body may follow or not', async () => {
  const { client } = await setUpBusy({ '--max-queue-size': 0 });
  await client.send(expecting);
  const seen = await client.readResponse('PUT');
  expectProblem(seen, 503, 'queue_full');
  expect(seen.interim).toEqual([]);
  expect(fieldOf(seen, 'connection')).toBe('close');
  expect(await client.closed()).toBe('fin');
});

test('RFC 9110 10.1.1: no 100 when the upstream cannot be reached', async () => {
  const { client } = await setUp({ '--target': 'http://127.0.0.1:1', '--max-retries': 0 });
  await client.send(expecting);
  const seen = await client.readResponse('PUT');
  expectProblem(seen, 502, 'connection_refused');
  expect(seen.interim).toEqual([]);
  expect(await client.closed()).toBe('fin');
});

test('RFC 9110 10.1.1: without content there is nothing to continue', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(ok());
  await client.send(request('GET /', ['Expect: 100-continue']));
  const seen = await client.readResponse();
  expect(seen.status).toBe(200);
  expect(seen.interim).toEqual([]);
});

test('RFC 9110 10.1.1: the expectation of an HTTP/1.0 client is ignored', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(ok());
  await client.send('PUT / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello');
  const seen = await client.readResponse('PUT');
  expect(seen.status).toBe(200);
  expect(seen.interim).toEqual([]);
  expect((await upstream.nextRequest()).body.toString()).toBe('hello');
});

test.each(['200-maybe', '100-continue, x', 'x=y'])(
  'RFC 9110 10.1.1: Expect: %s is refused with 417',
  async (expectation) => {
    await expectRefused(request('PUT /', [`Expect: ${expectation}`, 'Content-Length: 5']), 417);
  },
);

test('RFC 9110 10.1.1: 100 is sent once, whatever is retried', async () => {
  const { upstream, client } = await setUp();
  upstream.respond((_request, connection) => {
    if (upstream.requests.length > 1) return ok('second');
    connection.reset();
    return undefined;
  });
  await client.send(expecting);
  expect((await client.reader.until('\r\n\r\n', '100')).toString()).toBe(interim);
  await client.send('hello');
  const seen = await client.readResponse('PUT');
  expect(seen.interim).toEqual([]);
  expect(seen.body.toString()).toBe('second');
  expect(upstream.requests.map(({ body }) => body.toString())).toEqual(['hello', 'hello']);
});

test('RFC 9110 10.1.1: a final answer before the body ends the wait for it', async () => {
  const { upstream, client } = await setUp({ '--max-retries': 0 });
  await client.send(expecting);
  expect((await client.reader.until('\r\n\r\n', '100')).toString()).toBe(interim);
  await client.send('he');
  const connection = await upstream.accept();
  await connection.reader.until('\r\n\r\nhe', 'the head and half of the body');
  await connection.send(
    response('403 Forbidden', ['Connection: close', 'Content-Length: 2'], 'no'),
  );
  const seen = await client.readResponse('PUT');
  expect([seen.status, seen.body.toString()]).toEqual([403, 'no']);
});
