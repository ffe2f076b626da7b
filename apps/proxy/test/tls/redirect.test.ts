import { expect, test } from 'vitest';
import { request } from '../kit/cases.ts';
import { RawClient } from '../kit/raw-client.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { ProxyProcess } from '../lifecycle/proxy-process.ts';
import { SecureClient } from './secure-client.ts';

const flags = {
  ...{ '--target': 'http://127.0.0.1:9', '--tls': 'self-signed', '--http-redirect-port': 0 },
} as const;

test.each([
  ['shop.test', '/a/b?c=d&e', (port: number) => `https://shop.test:${port}/a/b?c=d&e`],
  ['shop.test:8080', '/', (port: number) => `https://shop.test:${port}/`],
  ['[::1]:80', '//evil.test/', (port: number) => `https://[::1]:${port}//evil.test/`],
])('Plain HTTP for %s%s is answered with 308 to https', async (host, target, location) => {
  const proxy = await startGateway(flags);
  const client = await RawClient.connect((proxy.running.redirect as { port: number }).port);
  await client.send(`POST ${target} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`);
  const response = await client.readResponse('POST');
  expect(response.status).toBe(308);
  expect(fieldOf(response, 'location')).toBe(location(proxy.port));
  expect(fieldOf(response, 'connection')).toBe('close');
});

test.each([
  ['no Host', 'GET / HTTP/1.0\r\n\r\n'],
  ['a Host that is none', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n'],
  ['another form', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n'],
])('With %s nobody knows where: 400', async (_what, bytes) => {
  const proxy = await startGateway(flags);
  const client = await RawClient.connect((proxy.running.redirect as { port: number }).port);
  await client.send(bytes);
  const { status, fields } = await client.readResponse();
  expect(status).toBe(400);
  expect(fieldOf({ fields }, 'location')).toBeUndefined();
});

test('--tls self-signed makes a certificate for this host, and the first lines tell where', async () => {
  const proxy = await ProxyProcess.start(['--tls', 'self-signed', '--http-redirect-port', '0']);
  const [, port] = /listening +https:\/\/127\.0\.0\.1:(\d+)/.exec(proxy.banner) ?? [];
  expect(proxy.banner).toMatch(/redirecting +http:\/\/127\.0\.0\.1:\d+ to https/);
  expect(proxy.banner).toMatch(/health +https:\/\/127\.0\.0\.1/);
  const client = await SecureClient.connect({ port: Number(port), rejectUnauthorized: false });
  expect(client.names).toContain('DNS:localhost');
  expect(client.names).toContain('IP Address:127.0.0.1');
  await client.send(request('GET /'));
  expect((await client.readResponse()).status).toBe(200);
});
