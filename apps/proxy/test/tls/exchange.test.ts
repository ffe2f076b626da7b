import { describe, expect, test } from 'vitest';
import { ok, request } from '../kit/cases.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { SecureClient } from './secure-client.ts';

async function setUp(engine: string, flags = {}) {
  const upstream = await RawUpstream.start();
  const proxy = await startGateway({
    ...{ '--target': upstream.origin, '--engine': engine, '--tls': 'self-signed' },
    ...{ '--max-retries': 0, ...flags },
  });
  const connect = () => SecureClient.connect({ port: proxy.port, rejectUnauthorized: false });
  return { upstream, proxy, connect, client: await connect() };
}

describe.each(['lean', 'node'])('--engine %s: behind TLS', (engine) => {
  test('a client that leaves ends its request upstream', async () => {
    const { upstream, proxy, client } = await setUp(engine);
    await client.send(request('GET /'));
    const connection = await upstream.accept();
    await connection.readRequest();
    client.socket.destroy();
    expect((await proxy.finished()).outcome).toBe('client_gone');
    await connection.closed();
  });

  test('a response that breaks off is never taken for whole', async () => {
    const { upstream, client } = await setUp(engine);
    await client.send('GET / HTTP/1.0\r\nHost: a\r\n\r\n');
    const connection = await upstream.accept();
    await connection.readRequest();
    await connection.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n');
    await client.reader.until('half', 'the beginning');
    connection.reset();
    await client.reader.toEnd('the end').catch(() => {});
    expect(client.reader.ending).toBe('reset');
  });

  test('an upgraded connection goes both ways', async () => {
    const { upstream, client } = await setUp(engine);
    await client.send(request('GET /', ['Connection: upgrade', 'Upgrade: chat']));
    const connection = await upstream.accept();
    await connection.readRequest();
    await connection.send(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: chat\r\n\r\n',
    );
    await client.reader.until('\r\n\r\n', 'the 101');
    await client.send('ping\n');
    expect((await connection.reader.until('\n', 'the ping')).toString()).toBe('ping');
    await connection.send('pong\n');
    expect((await client.reader.until('\n', 'the pong')).toString()).toBe('pong');
    client.socket.end();
    connection.end();
  });

  test('pipelined requests are answered in order, and an idle connection is closed in order', async () => {
    const { upstream, client } = await setUp(engine, { '--client-idle-timeout': '300ms' });
    upstream.respond(ok('x'));
    await client.send(request('GET /1') + request('GET /2') + request('GET /3'));
    for (let i = 0; i < 3; i++) expect((await client.readResponse()).status).toBe(200);
    await client.reader.toEnd('the end of the idle connection');
  });

  test('a slow reader gets all of a large response', async () => {
    const { upstream, client } = await setUp(engine);
    upstream.respond(ok('y'.repeat(8 * 1024 * 1024)));
    client.socket.pause();
    await client.send(request('GET /'));
    await upstream.nextRequest();
    await new Promise((resolve) => setImmediate(resolve));
    client.socket.resume();
    expect((await client.readResponse()).body).toHaveLength(8 * 1024 * 1024);
  });

  test('a drain lets a response finish and ends handshakes that wait', async () => {
    const { upstream, proxy, client } = await setUp(engine);
    await client.send(request('GET /'));
    const connection = await upstream.accept();
    await connection.readRequest();
    const half = await proxy.connect();
    await half.send(Buffer.from([0x16]));
    const drained = proxy.running.drain();
    await connection.send(ok('done'));
    expect((await client.readResponse()).body.toString()).toBe('done');
    const { cut } = await drained;
    expect(cut).toBe(0);
    await eventually(() => expect(half.reader.ending).not.toBe('open'));
  });
});
