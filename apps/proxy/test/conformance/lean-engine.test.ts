import { expect, test } from 'vitest';
import { ok, request, response, setUp } from '../kit/cases.ts';
import { eventually } from '../kit/waiting-line.ts';

const lean = { '--engine': 'lean' };

test('RFC 9112 9.3.2: of many pipelined requests 64 are under way, and all are answered in order', async () => {
  const { upstream, proxy, client } = await setUp({
    ...lean,
    '--max-concurrent-requests': 500,
    '--pool-maxsize': 500,
  });
  const paths = Array.from({ length: 200 }, (_none, i) => `/${i}`);
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  upstream.respond(async ({ target }) => {
    await opened;
    return ok(target);
  });
  await client.send(paths.map((path) => request(`GET ${path}`)).join(''));
  await eventually(() => expect(proxy.instance.exchanges.size).toBe(64));
  await client.send(request('GET /last'));
  await eventually(() => expect(upstream.requests).toHaveLength(64));
  expect(proxy.instance.exchanges.size).toBe(64);
  open();
  for (const path of [...paths, '/last']) {
    expect((await client.readResponse()).body.toString()).toBe(path);
  }
});

test('RFC 9110 7.8: a wish to upgrade behind a response that is not out is ignored', async () => {
  const { upstream, client } = await setUp(lean);
  upstream.respond(({ target }) => ok(target));
  const wish = request('GET /wish', ['Connection: upgrade', 'Upgrade: websocket']);
  await client.send(request('GET /first') + wish + request('GET /next'));
  for (const path of ['/first', '/wish', '/next']) {
    expect((await client.readResponse()).body.toString()).toBe(path);
  }
});

test('RFC 9110 6.6.1: responses carry a Date, whether or not the upstream sent one', async () => {
  const { upstream, client } = await setUp(lean);
  upstream.respond(ok('a'));
  await client.send(request('GET /'));
  const { fields } = await client.readResponse();
  const date = fields.find(([name]) => name.toLowerCase() === 'date')?.[1] ?? '';
  expect(Math.abs(Date.parse(date) - Date.now())).toBeLessThan(10_000);
});

test('RFC 9112 9.5: a response is read although what follows of the upload meets a reset', async () => {
  // node:net destroys a socket over the write that fails, and with it the response that the kernel holds.
  const { upstream, client } = await setUp({ ...lean, '--max-retries': 0 });
  await client.send(request('POST /', ['Content-Length: 1000000'], 'begin'));
  const connection = await upstream.accept();
  await connection.reader.until('begin', 'the begin of the upload');
  // In this order all three are there when the proxy polls next.
  client.socket.write('more');
  connection.socket.write(response('413 Too Large', ['Content-Length: 2'], 'no'));
  connection.socket.resetAndDestroy();
  expect((await client.readResponse('POST')).status).toBe(413);
});
