import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ok, request } from '../kit/cases.ts';
import { valuesOf } from '../kit/raw-message.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { hasOpenssl } from '../targets/certificates.ts';
import { Authority, tlsFlags } from './authority.ts';
import { SecureClient } from './secure-client.ts';

const name = 'x-forwarded-client-cert';

async function setUp(flags: Record<string, string | readonly string[]>) {
  const [servers, clients] = [new Authority(), new Authority('clients')];
  const upstream = await RawUpstream.start();
  upstream.respond(ok());
  const proxy = await startGateway({
    ...{ '--target': upstream.origin, '--tls-client-ca': clients.file },
    ...tlsFlags(servers.issue()),
    ...flags,
  });
  const to = { port: proxy.port, ca: servers.pem };
  const issue = (authority: Authority, subject: string) => {
    const { certFile, keyFile } = authority.issue({ subject });
    return { cert: readFileSync(certFile), key: readFileSync(keyFile) };
  };
  const refused: string[] = [];
  proxy.instance.events.on('connection_refused', (_why, detail) => refused.push(detail));
  return { upstream, proxy, clients, to, issue, refused };
}

/** A handshake of TLS 1.3 is over for the client before the proxy has seen its certificate. */
async function isLetIn(options: Parameters<typeof SecureClient.connect>[0]): Promise<boolean> {
  try {
    const client = await SecureClient.connect(options);
    await client.send(request('GET /'));
    return (await client.readResponse()).status === 200;
  } catch {
    return false;
  }
}

describe.runIf(hasOpenssl).each(['lean', 'node'])('--engine %s: --tls-client-ca', (engine) => {
  test('lets in who has its certificate, and nobody else', async () => {
    const { clients, to, issue, refused } = await setUp({ '--engine': engine });
    expect(await isLetIn({ ...to, ...issue(clients, '/CN=anna') })).toBe(true);
    expect(await isLetIn(to)).toBe(false);
    expect(await isLetIn({ ...to, ...issue(new Authority('clients'), '/CN=anna') })).toBe(false);
    expect(await isLetIn({ ...to, ...issue(clients, '/CN=anna'), maxVersion: 'TLSv1.2' })).toBe(
      true,
    );
    expect(await isLetIn({ ...to, maxVersion: 'TLSv1.2' })).toBe(false);
    expect(refused).toHaveLength(3);
  });

  test('with --tls-client-auth optional refuses only a certificate of somebody else', async () => {
    const flags = { '--engine': engine, '--tls-client-auth': 'optional' };
    const { upstream, clients, to, issue } = await setUp(flags);
    expect(await isLetIn(to)).toBe(true);
    expect(valuesOf(await upstream.nextRequest(), name)).toEqual([]);
    expect(await isLetIn({ ...to, ...issue(clients, '/CN=anna') })).toBe(true);
    expect(valuesOf(await upstream.nextRequest(), name)).toHaveLength(1);
    expect(await isLetIn({ ...to, ...issue(new Authority('others'), '/CN=anna') })).toBe(false);
  });

  test('tells the upstream who it is, whatever the client says it is', async () => {
    const { upstream, clients, to, issue } = await setUp({ '--engine': engine });
    const subject = '/O=Acme, Inc./CN=anna "the boss"';
    const client = await SecureClient.connect({ ...to, ...issue(clients, subject) });
    const hash = client.socket
      .getX509Certificate()
      ?.fingerprint256.replaceAll(':', '')
      .toLowerCase();
    await client.send(
      request('GET /', [
        'X-Forwarded-Client-Cert: Hash=1;Subject="CN=root"',
        'Client-Cert: :bm9uZQ==:',
        'X_Forwarded_Client_Cert: Hash=2',
        'Connection: x-forwarded-client-cert',
      ]),
    );
    expect((await client.readResponse()).status).toBe(200);
    const asked = await upstream.nextRequest();
    expect(valuesOf(asked, name)).toEqual([
      `Hash=${hash};Subject="CN=anna \\\\\\"the boss\\\\\\",O=Acme\\\\, Inc."`,
    ]);
    expect(valuesOf(asked, 'client-cert')).toEqual([]);
    expect(valuesOf(asked, 'x_forwarded_client_cert')).toEqual([]);
  });
});

describe.runIf(hasOpenssl)('Without --tls-client-ca', () => {
  test('nobody is what it says it is', async () => {
    const servers = new Authority();
    const upstream = await RawUpstream.start();
    upstream.respond(ok());
    const proxy = await startGateway({ '--target': upstream.origin, ...tlsFlags(servers.issue()) });
    const client = await SecureClient.connect({ port: proxy.port, ca: servers.pem });
    await client.send(request('GET /', ['X-Forwarded-Client-Cert: Hash=1', 'Client-Cert: :eA==:']));
    await client.readResponse();
    const asked = await upstream.nextRequest();
    expect([...valuesOf(asked, name), ...valuesOf(asked, 'client-cert')]).toEqual([]);
  });
});
