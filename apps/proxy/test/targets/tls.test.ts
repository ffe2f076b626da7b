import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { breakerFailures, expectProblem, request } from '../kit/cases.ts';
import { Names, name } from '../kit/names.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { ProxyProcess } from '../lifecycle/proxy-process.ts';
import { hasOpenssl, type Issued, issueCertificate } from './certificates.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

/** An https server that says under which name it was asked for; a request for /reset resets its connection. */
async function startSecure({ key, cert }: Issued): Promise<number> {
  const connections = new Set<Socket>();
  const server = createServer({ key, cert }, ({ url, socket }, response) => {
    if (url === '/reset') for (const connection of connections) connection.resetAndDestroy();
    const { servername } = socket as TLSSocket & { servername: string | false };
    response.end(servername || 'no name');
  })
    .on('connection', (connection: Socket) => connections.add(connection))
    .listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const connection of connections) connection.destroy();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

describe.runIf(hasOpenssl)('An https target', () => {
  test('is trusted by --target-ca and by NODE_EXTRA_CA_CERTS, both in one process', async () => {
    const [extra, given] = [issueCertificate(), issueCertificate()];
    const ports = [await startSecure(extra), await startSecure(given)];
    const proxy = await ProxyProcess.start(
      [
        ...ports.flatMap((port) => ['--target', `https://localhost:${port}`]),
        ...['--target-ca', given.authorityFile, '--max-retries', '0'],
      ],
      { environment: { NODE_EXTRA_CA_CERTS: extra.authorityFile } },
    );
    const client = await proxy.connect();
    for (const _port of ports) {
      await client.send(request('GET /'));
      const response = await client.readResponse();
      expect([response.status, response.body.toString()]).toEqual([200, 'localhost']);
    }
  });

  test('is asked for its IP address without a name, and keeps its connection', async () => {
    const issued = issueCertificate('IP:127.0.0.1');
    const port = await startSecure(issued);
    const proxy = await startGateway({
      '--target': `https://127.0.0.1:${port}`,
      '--target-ca': issued.authorityFile,
    });
    const client = await proxy.connect();
    for (let i = 0; i < 2; i++) {
      await client.send(request('GET /'));
      expect((await client.readResponse()).body.toString()).toBe('no name');
    }
    expect(proxy.instance.metrics.snapshot().upstreams[0]?.connections.open).toBe(1);
  });

  test('that resets its connection is told as without TLS', async () => {
    const issued = issueCertificate();
    const port = await startSecure(issued);
    const proxy = await startGateway({
      '--target': `https://localhost:${port}`,
      '--target-ca': issued.authorityFile,
      '--max-retries': 0,
    });
    const client = await proxy.connect();
    for (const path of ['/', '/reset']) await client.send(request(`GET ${path}`));
    expect((await client.readResponse()).body.toString()).toBe('localhost');
    expectProblem(await client.readResponse(), 502, 'connection_terminated');
  });

  test.runIf(hasIpv6)('of which one family hangs in TLS is reached at the other', async () => {
    const issued = issueCertificate(`DNS:${name}`);
    const port = await startSecure(issued);
    await RawUpstream.start(port, '::1');
    new Names('::1', '127.0.0.1');
    const proxy = await startGateway({
      '--target': `https://${name}:${port}`,
      '--target-ca': issued.authorityFile,
      '--connect-timeout': '2s',
      '--retry-backoff-factor': 0,
      '--max-retries': 1,
    });
    const client = await proxy.connect();
    await client.send(request('GET /'));
    expect((await client.readResponse()).status).toBe(200);
    expect((await proxy.finished()).attempts).toBe(2);
  });

  test('whose certificate is for another name, or from another authority, gets nothing', async () => {
    const issued = issueCertificate();
    const port = await startSecure(issued);
    new Names('127.0.0.1');
    const wrongName = await startGateway({
      '--target': `https://${name}:${port}`,
      '--target-ca': issued.authorityFile,
      '--max-retries': 0,
    });
    const unknown = await startGateway({
      '--target': `https://localhost:${port}`,
      '--max-retries': 0,
    });
    for (const [proxy, why] of [
      [wrongName, 'ERR_TLS_CERT_ALTNAME_INVALID'],
      [unknown, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ] as const) {
      const client = await proxy.connect();
      await client.send(request('GET /'));
      expectProblem(await client.readResponse(), 502, 'connection_refused');
      expect((await proxy.finished()).detail).toContain(why);
      expect(breakerFailures(proxy)).toBe(1);
    }
  });
});

test('A TLS handshake that hangs counts against --connect-timeout', async () => {
  const { port } = await RawUpstream.start();
  const proxy = await startGateway({
    '--target': `https://127.0.0.1:${port}`,
    '--connect-timeout': '100ms',
    '--max-retries': 0,
  });
  const client = await proxy.connect();
  await client.send(request('GET /'));
  expectProblem(await client.readResponse(), 504, 'connection_timeout');
});
