import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';
import { expect, test } from 'vitest';
import { ok, request } from '../kit/cases.ts';
import { resolutionOf } from '../kit/config-from-flags.ts';
import { RawClient } from '../kit/raw-client.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway, TestGateway } from '../kit/test-gateway.ts';
import { SecureClient } from '../tls/secure-client.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);

/** The response to a request over a Unix socket. */
async function askOver(path: string): Promise<string> {
  const socket = connect(path);
  socket.write(request('GET /', ['Connection: close']));
  let text = '';
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
  });
  await once(socket, 'close');
  return text;
}

test('One proxy listens at several places, each in its own way', async () => {
  const upstream = await RawUpstream.start();
  upstream.respond(ok());
  const path = join(temporaryDirectory(), 'proxy.sock');
  const { configuration } = resolutionOf(
    { '--target': upstream.origin, '--tls': 'self-signed', '--trusted-proxy': '127.0.0.1' },
    {
      listen: [
        { host: '127.0.0.1', port: 0, tls: false },
        { host: '127.0.0.1', port: 0 },
        { host: '127.0.0.1', port: 0, tls: false, proxy_protocol: true },
        { unix_socket: path, unix_socket_mode: '0600', tls: false },
      ],
    },
  ) as Extract<ReturnType<typeof resolutionOf>, { ok: true }>;
  const proxy = await TestGateway.openWith(configuration);
  try {
    const [plain, secure, proxied] = proxy.running.front.listeners.map(
      ({ port }) => port as number,
    );
    const one = await RawClient.open(plain as number);
    await one.send(request('GET /'));
    expect((await one.readResponse()).status).toBe(200);
    expect(fieldOf(await upstream.nextRequest(), 'x-forwarded-proto')).toBe('http');
    one.destroy();
    const two = await SecureClient.connect({ port: secure as number, rejectUnauthorized: false });
    await two.send(request('GET /'));
    expect((await two.readResponse()).status).toBe(200);
    expect(fieldOf(await upstream.nextRequest(), 'x-forwarded-proto')).toBe('https');
    const three = await RawClient.open(proxied as number);
    await three.send(`PROXY TCP4 192.0.2.7 192.0.2.8 1 1\r\n${request('GET /')}`);
    expect((await three.readResponse()).status).toBe(200);
    expect(fieldOf(await upstream.nextRequest(), 'x-forwarded-for')).toBe('192.0.2.7');
    three.destroy();
    expect(await askOver(path)).toMatch(/^HTTP\/1\.1 200/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  } finally {
    await proxy.close();
  }
  expect(existsSync(path)).toBe(false);
});

test.each(['lean', 'node'])(
  '--engine %s: whoever connects to a Unix socket can be trusted',
  async (engine) => {
    const upstream = await RawUpstream.start();
    upstream.respond(ok());
    const seen = async (trusted: Record<string, string>) => {
      const path = join(temporaryDirectory(), 'proxy.sock');
      await startGateway({
        ...{ '--target': upstream.origin, '--engine': engine, '--unix-socket': path, ...trusted },
      });
      const socket = connect(path);
      socket.write(request('GET /', ['Connection: close', 'X-Forwarded-For: 192.0.2.1']));
      socket.resume();
      await once(socket, 'close');
      return fieldOf(await upstream.nextRequest(), 'x-forwarded-for');
    };
    expect(await seen({})).toBe('unix:');
    expect(await seen({ '--trusted-proxy': 'unix:' })).toBe('192.0.2.1, unix:');
  },
);

test('A Unix socket that a killed process left behind is replaced, and one in use is not', async () => {
  const path = join(temporaryDirectory(), 'proxy.sock');
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`;
  const killed = spawn(process.execPath, ['-e', script]);
  await once(killed.stdout, 'data');
  const taken = TestGateway.open({ '--target': 'http://127.0.0.1:9', '--unix-socket': path });
  await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE' });
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(existsSync(path)).toBe(true);
  await startGateway({ '--target': 'http://127.0.0.1:9', '--unix-socket': path });
});

test.runIf(hasIpv6)(
  'On :: clients of both families are served, by their own addresses',
  async () => {
    const upstream = await RawUpstream.start();
    upstream.respond(ok());
    const proxy = await startGateway({ '--target': upstream.origin, '--host': '::' });
    for (const host of ['127.0.0.1', '::1']) {
      const client = await RawClient.connect(proxy.port, host);
      await client.send(request('GET /'));
      expect((await client.readResponse()).status).toBe(200);
      expect(fieldOf(await upstream.nextRequest(), 'x-forwarded-for')).toBe(host);
    }
  },
);

test.each([
  [{ listen: [] }, 'listen must name at least one listener'],
  [{ listen: [{}] }, 'a listener needs its port, or its unix_socket'],
  [
    { listen: [{ port: 1, unix_socket: '/a' }] },
    'a listener has a port or a unix_socket, not both',
  ],
  [{ listen: [{ port: 1, tls: true }] }, 'a listener with tls needs tls_cert and tls_key'],
  [{ listen: [{ port: 70_000 }] }, 'port must be a number from 0 to 65535, not 70000'],
  [{ listen: [{ port: 1, hots: 'a' }] }, 'a listener takes host, port, unix_socket'],
  [{ listen: [{ port: 1 }, { port: 1 }] }, 'there is a listener at this place already'],
  [{ listen: [{ port: 1 }], port: 2 }, 'the file has listeners (listen), each with its own port'],
])('What is wrong with listeners is told with its line: %j', (file, message) => {
  const resolution = resolutionOf({}, file);
  expect(resolution.ok).toBe(false);
  if (resolution.ok) return;
  expect(resolution.problems.map((problem) => problem.message).join('\n')).toContain(message);
});
