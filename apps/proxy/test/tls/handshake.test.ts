import { execFile } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { ok, request } from '../kit/cases.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { hasOpenssl } from '../targets/certificates.ts';
import { Authority, tlsFlags } from './authority.ts';
import { SecureClient } from './secure-client.ts';

const bothEngines = ['lean', 'node'] as const;

/** What openssl says of a handshake with these arguments. */
function shakeHands(port: number, ...args: string[]): Promise<string> {
  return new Promise((resolve) => {
    const all = ['s_client', '-connect', `127.0.0.1:${port}`, ...args];
    const child = execFile('openssl', all, (_error, stdout, stderr) => resolve(stdout + stderr));
    child.stdin?.end();
  });
}

describe.runIf(hasOpenssl)('A listener with TLS', () => {
  test.each(bothEngines)(
    '--engine %s: a request goes through, and is told to be https',
    async (engine) => {
      const authority = new Authority();
      const upstream = await RawUpstream.start();
      upstream.respond(ok('hello'));
      const proxy = await startGateway({
        ...{ '--target': upstream.origin, '--engine': engine },
        ...tlsFlags(authority.issue()),
      });
      const client = await SecureClient.connect({ port: proxy.port, ca: authority.pem });
      for (let i = 0; i < 2; i++) {
        await client.send(request('GET /a'));
        const response = await client.readResponse();
        expect([response.status, response.body.toString()]).toEqual([200, 'hello']);
        const asked = await upstream.nextRequest();
        expect(fieldOf(asked, 'x-forwarded-proto')).toBe('https');
        expect(fieldOf(asked, 'x-forwarded-for')).toBe('127.0.0.1');
      }
      await client.send(`POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n`);
      await client.send(Buffer.alloc(300_000, 'x'));
      expect((await client.readResponse('POST')).status).toBe(200);
      expect((await upstream.nextRequest()).body).toHaveLength(300_000);
    },
  );

  test('openssl s_client finds nothing below TLS 1.2, and no cipher without forward secrecy', async () => {
    const proxy = await startGateway({
      ...{ '--target': 'http://127.0.0.1:9' },
      ...tlsFlags(new Authority().issue()),
    });
    // openssl itself has to be talked into offering them.
    const weak = ['-cipher', 'ALL:@SECLEVEL=0'];
    for (const version of ['-tls1', '-tls1_1']) {
      expect(await shakeHands(proxy.port, version, ...weak), version).toContain(
        'alert protocol version',
      );
    }
    expect(await shakeHands(proxy.port, '-tls1_2')).toMatch(/Protocol +: TLSv1\.2/);
    expect(await shakeHands(proxy.port, '-tls1_3')).toContain('New, TLSv1.3');
    for (const cipher of ['AES128-SHA', 'AES256-GCM-SHA384', 'ECDHE-ECDSA-AES128-SHA', 'NULL']) {
      const offered = ['-tls1_2', '-cipher', `${cipher}:@SECLEVEL=0`];
      expect(await shakeHands(proxy.port, ...offered), cipher).toContain('handshake failure');
    }
  });

  test('--tls-min-version 1.3 refuses TLS 1.2', async () => {
    const proxy = await startGateway({
      ...{ '--target': 'http://127.0.0.1:9', '--tls-min-version': '1.3' },
      ...tlsFlags(new Authority().issue()),
    });
    expect(await shakeHands(proxy.port, '-tls1_2')).toContain('alert protocol version');
    expect(await shakeHands(proxy.port, '-tls1_3')).toContain('New, TLSv1.3');
  });

  test('ALPN chooses http/1.1, and refuses clients that speak only something else', async () => {
    const proxy = await startGateway({
      ...{ '--target': 'http://127.0.0.1:9' },
      ...tlsFlags(new Authority().issue()),
    });
    const chosen = await shakeHands(proxy.port, '-alpn', 'spdy/1,http/1.1');
    expect(chosen).toContain('ALPN protocol: http/1.1');
    const refused = await shakeHands(proxy.port, '-alpn', 'spdy/1');
    expect(refused).toContain('no application protocol');
  });

  test('The certificate is that for the name asked for, by wildcard too, and else the first', async () => {
    const authority = new Authority();
    const proxy = await startGateway({
      ...{ '--target': 'http://127.0.0.1:9' },
      ...tlsFlags(
        authority.issue({ names: ['DNS:first.test'] }),
        authority.issue({ names: ['DNS:*.shop.test', 'DNS:shop.test'] }),
        authority.issue({ names: ['DNS:Admin.shop.test'] }),
      ),
    });
    const presented = async (servername: string) => {
      const options = { port: proxy.port, servername, rejectUnauthorized: false };
      return (await SecureClient.connect(options)).names;
    };
    expect(await presented('first.test')).toBe('DNS:first.test');
    expect(await presented('www.shop.test')).toBe('DNS:*.shop.test, DNS:shop.test');
    expect(await presented('WWW.Shop.Test')).toBe('DNS:*.shop.test, DNS:shop.test');
    expect(await presented('shop.test')).toBe('DNS:*.shop.test, DNS:shop.test');
    // A wildcard stands for one label.
    expect(await presented('a.b.shop.test')).toBe('DNS:first.test');
    expect(await presented('admin.shop.test')).toBe('DNS:Admin.shop.test');
    expect(await presented('other.test')).toBe('DNS:first.test');
    expect(await presented('')).toBe('DNS:first.test');
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    '%s: a session goes on by its ticket, until the key has rotated',
    async (maxVersion) => {
      const authority = new Authority();
      const upstream = await RawUpstream.start();
      upstream.respond(ok());
      const proxy = await startGateway({
        '--target': upstream.origin,
        ...tlsFlags(authority.issue()),
      });
      const visit = async (session?: Buffer) => {
        const options = { port: proxy.port, ca: authority.pem, maxVersion };
        const client = await SecureClient.connect(session ? { ...options, session } : options);
        let ticket = client.socket.getSession();
        client.socket.on('session', (latest) => {
          ticket = latest;
        });
        await client.send(request('GET /'));
        expect((await client.readResponse()).status).toBe(200);
        const resumed = client.socket.isSessionReused();
        client.socket.destroy();
        return { resumed, ticket };
      };
      const first = await visit();
      expect(first.resumed).toBe(false);
      const second = await visit(first.ticket);
      expect(second.resumed).toBe(true);
      proxy.running.front.rotateTicketKeys();
      const third = await visit(second.ticket);
      expect(third.resumed).toBe(false);
      expect((await visit(third.ticket)).resumed).toBe(true);
    },
  );

  test('Plain HTTP, half a handshake and nothing at all cost nobody anything', async () => {
    const authority = new Authority();
    const upstream = await RawUpstream.start();
    upstream.respond(ok());
    const proxy = await startGateway({
      ...{ '--target': upstream.origin, '--client-header-timeout': '500ms' },
      ...tlsFlags(authority.issue()),
    });
    const refused: string[] = [];
    proxy.instance.events.on('connection_refused', (why) => refused.push(why));
    const plain = await proxy.connect();
    await plain.send(request('GET /'));
    await plain.reader.toEnd('the end');
    const half = await proxy.connect();
    await half.send(Buffer.from('160301020001', 'hex'));
    const silent = await proxy.connect();
    const client = await SecureClient.connect({ port: proxy.port, ca: authority.pem });
    await client.send(request('GET /'));
    expect((await client.readResponse()).status).toBe(200);
    await half.reader.toEnd('the end of half a handshake');
    await silent.reader.toEnd('the end of a silent client');
    expect(refused).toEqual(['tls_handshake', 'tls_handshake', 'tls_handshake']);
  });
});
