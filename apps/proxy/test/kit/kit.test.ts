import { expect, test } from 'vitest';
import { fieldOf, ourVia, Truncated } from './raw-message.ts';
import { RawUpstream } from './raw-upstream.ts';
import { startGateway } from './test-gateway.ts';

test('The kit carries a request through a proxy, byte for byte', async () => {
  const upstream = await RawUpstream.start();
  const proxy = await startGateway({ '--target': upstream.origin });
  const client = await proxy.connect();
  await client.sendPieces('POST /a HTTP/1.1\r\nHo', 'st: x\r\nContent-Length: 2\r\n\r\nh', 'i');

  const connection = await upstream.accept();
  const request = await connection.readRequest();
  expect(request.startLine).toBe('POST /a HTTP/1.1');
  expect(request.body.toString()).toBe('hi');
  await connection.send(
    'HTTP/1.1 200 Fine\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  );

  const response = await client.readResponse('POST');
  expect(response).toMatchObject({ status: 200, reason: 'Fine', framing: 'chunked' });
  expect(fieldOf(response, 'via')).toMatch(ourVia);
  expect(response.body.toString()).toBe('abc');
  expect(await proxy.finished()).toMatchObject({ outcome: 'ok', attempts: 1 });
});

test('The kit tells a truncated answer from a whole one', async () => {
  const upstream = await RawUpstream.start();
  const proxy = await startGateway({ '--target': upstream.origin });
  upstream.respond((_request, connection) => {
    connection.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf');
    return undefined;
  });
  const client = await proxy.connect();
  await client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await expect(client.readResponse()).rejects.toBeInstanceOf(Truncated);
  expect(await proxy.finished()).toMatchObject({ outcome: 'http_response_incomplete' });
});
