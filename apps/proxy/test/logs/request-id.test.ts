import { expect, test } from 'vitest';
import { bytesOfRequest } from '../admission/ask.ts';
import { fieldOf, valuesOf } from '../kit/raw-message.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { ProxyProcess } from '../lifecycle/proxy-process.ts';

/** The ids in the answer, at the upstream and in the log of a request with these X-Request-Id fields. */
async function idsOf(given: readonly string[]) {
  const upstream = await RawUpstream.start();
  upstream.respond('HTTP/1.1 200 OK\r\nX-Request-Id: the-upstreams\r\nContent-Length: 0\r\n\r\n');
  const proxy = await ProxyProcess.start(['--target', upstream.origin]);
  const client = await proxy.connect();
  const fields = given.map((id) => `X-Request-Id: ${id}\r\n`).join('');
  await client.send(bytesOfRequest({}).replace('\r\n\r\n', `\r\n${fields}\r\n`));
  const answered = fieldOf(await client.readResponse(), 'x-request-id');
  const [request] = upstream.requests;
  const forwarded = valuesOf(request as NonNullable<typeof request>, 'x-request-id');
  const { id: logged } = await proxy.logged(({ outcome }) => outcome !== undefined);
  return { answered, forwarded, logged };
}

test.each(['a', 'trace-1', '0af7651916cd43dd8448eb211c80319c', 'x'.repeat(128), 'a.b:c/d=e+f@g_h'])(
  'A well-formed X-Request-Id (%s) is the same in answer, upstream and log',
  async (id) => {
    expect(await idsOf([id])).toEqual({ answered: id, forwarded: [id], logged: id });
  },
);

test.each([
  ['none', []],
  ['an empty one', ['']],
  ['one with spaces', ['a b']],
  ['one with quotes', ['a"b']],
  ['one that is too long', ['x'.repeat(129)]],
  ['one beyond ASCII', ['\xe9']],
  ['two', ['a', 'b']],
])('With %s another is made, the same in answer, upstream and log', async (_what, given) => {
  const { answered, forwarded, logged } = await idsOf(given);
  expect(answered).toMatch(/^[\da-f]{12}-[\da-z]+$/);
  expect(forwarded).toEqual([answered]);
  expect(logged).toBe(answered);
});
