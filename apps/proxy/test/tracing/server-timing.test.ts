import { expect, test } from 'vitest';
import { expectProblem, ok, request, response, setUp } from '../kit/cases.ts';
import { fieldOf, valuesOf } from '../kit/raw-message.ts';

const timing = /^queue;dur=[\d.]+, connect;dur=[\d.]+, upstream;dur=[\d.]+, proxy;dur=[\d.]+$/;

test.each([
  ['off', [], false],
  ['off', ['Prefer: server-timing'], false],
  ['asked', [], false],
  ['asked', ['Prefer: respond-async, Server-Timing; x=1'], true],
  ['asked', ['Prefer: no-server-timing'], false],
  ['on', [], true],
])('with --server-timing %s and %j an answer has it: %s', async (wanted, fields, expected) => {
  const { upstream, client } = await setUp({ '--server-timing': wanted });
  upstream.respond(ok());
  await client.send(request('GET /', fields));
  const answer = await client.readResponse();
  expect(fieldOf(answer, 'server-timing') !== undefined).toBe(expected);
  if (expected) expect(fieldOf(answer, 'server-timing')).toMatch(timing);
});

test("the upstream's own Server-Timing stays before ours", async () => {
  const { upstream, client } = await setUp({ '--server-timing': 'on' });
  upstream.respond(response('200 OK', ['Server-Timing: db;dur=3', 'Content-Length: 0']));
  await client.send(request('GET /'));
  const [theirs, ours] = valuesOf(await client.readResponse(), 'server-timing');
  expect(theirs).toBe('db;dur=3');
  expect(ours).toMatch(timing);
});

test('an answer of ours has it too, with the attempts', async () => {
  const { upstream, client } = await setUp({ '--server-timing': 'on', '--max-retries': 1 });
  upstream.respond((_request, connection) => {
    connection.reset();
    return undefined;
  });
  await client.send(request('GET /'));
  const answer = await client.readResponse();
  expectProblem(answer, 502, 'connection_terminated');
  expect(fieldOf(answer, 'server-timing')).toMatch(/attempts;desc="2", proxy;dur=/);
});
