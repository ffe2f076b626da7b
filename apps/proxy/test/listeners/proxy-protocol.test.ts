import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ok, request } from '../kit/cases.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { SecureClient } from '../tls/secure-client.ts';

const v1 = 'PROXY TCP4 192.0.2.7 192.0.2.8 1234 443\r\n';
const v2 = Buffer.from('0d0a0d0a000d0a515549540a2111000cc0000207c000020804d201bb', 'hex');
const local = Buffer.from('0d0a0d0a000d0a515549540a20000000', 'hex');

async function setUp(engine: string, flags = {}) {
  const upstream = await RawUpstream.start();
  upstream.respond(ok());
  const proxy = await startGateway({
    ...{ '--target': upstream.origin, '--engine': engine, '--proxy-protocol': true },
    ...{ '--trusted-proxy': '127.0.0.1', '--client-header-timeout': '1s', ...flags },
  });
  const refused: string[] = [];
  proxy.instance.events.on('connection_refused', (_why, detail) => refused.push(detail));
  return { upstream, proxy, refused };
}

describe.each(['lean', 'node'])('--engine %s: --proxy-protocol', (engine) => {
  test.each([
    ['version 1', v1, '192.0.2.7'],
    ['version 2', v2, '192.0.2.7'],
    ['a health check', local, '127.0.0.1'],
  ])('%s names the client, for every request of the connection', async (_name, header, address) => {
    const { upstream, proxy } = await setUp(engine);
    const client = await proxy.connect();
    await client.send(header);
    for (let i = 0; i < 2; i++) {
      await client.send(request('GET /', ['X-Forwarded-For: 203.0.113.1']));
      expect((await client.readResponse()).status).toBe(200);
      // The balancer is believed, not what the client it speaks for claims.
      const expected = address === '127.0.0.1' ? '203.0.113.1, 127.0.0.1' : address;
      expect(fieldOf(await upstream.nextRequest(), 'x-forwarded-for')).toBe(expected);
    }
  });

  test('a header in one packet with requests, or in pieces, is read to its end and no further', async () => {
    const { upstream, proxy } = await setUp(engine);
    const client = await proxy.connect();
    const body = 'x'.repeat(100_000);
    await client.send(
      v1 + request('GET /1') + request('POST /2', [`Content-Length: ${body.length}`], body),
    );
    const pieces = await proxy.connect();
    for (const byte of v2) await pieces.sendPieces(Buffer.from([byte]));
    await pieces.send(request('GET /3'));
    expect((await client.readResponse()).status).toBe(200);
    expect((await client.readResponse('POST')).status).toBe(200);
    expect((await pieces.readResponse()).status).toBe(200);
    const asked = [
      await upstream.nextRequest(),
      await upstream.nextRequest(),
      await upstream.nextRequest(),
    ];
    expect(asked.map(({ target }) => target).sort()).toEqual(['/1', '/2', '/3']);
    expect(asked.find(({ target }) => target === '/2')?.body.toString()).toBe(body);
    for (const one of asked) expect(fieldOf(one, 'x-forwarded-for')).toBe('192.0.2.7');
  });

  test('connections without a header, or from others, are closed', async () => {
    const { upstream, proxy, refused } = await setUp(engine);
    const plain = await proxy.connect();
    await plain.send(request('GET /'));
    await plain.reader.toEnd('the end');
    const silent = await proxy.connect();
    await silent.reader.toEnd('the end of a silent one');
    const half = await proxy.connect();
    await half.send('PROXY TCP4');
    half.end();
    await half.reader.toEnd('the end of half a header');
    expect(refused).toHaveLength(3);
    const strangers = await setUp(engine, { '--trusted-proxy': '192.0.2.99' });
    const stranger = await strangers.proxy.connect();
    await stranger.send(v1 + request('GET /'));
    await stranger.reader.toEnd('the end of a stranger');
    expect(strangers.refused).toEqual(['it is no --trusted-proxy']);
    expect([...upstream.connections, ...strangers.upstream.connections]).toEqual([]);
  });

  test('the header stands before TLS', async () => {
    const { upstream, proxy } = await setUp(engine, { '--tls': 'self-signed' });
    const socket = connect({ port: proxy.port, host: '127.0.0.1' });
    socket.write(v2);
    const client = await SecureClient.connect({ socket, rejectUnauthorized: false });
    await client.send(request('GET /'));
    expect((await client.readResponse()).status).toBe(200);
    const asked = await upstream.nextRequest();
    expect(fieldOf(asked, 'x-forwarded-for')).toBe('192.0.2.7');
    expect(fieldOf(asked, 'x-forwarded-proto')).toBe('https');
  });
});
