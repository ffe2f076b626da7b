import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ok, request } from '../kit/cases.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { ProxyProcess } from '../lifecycle/proxy-process.ts';
import { hasOpenssl } from '../targets/certificates.ts';
import { Authority, replace, tlsFlags } from './authority.ts';
import { SecureClient } from './secure-client.ts';

/** In CI fewer than where somebody looks closely. */
const swaps = process.env.SPILLWAY_TEST_SWAPS ? Number(process.env.SPILLWAY_TEST_SWAPS) : 20;

const ask = request('GET /');

describe.runIf(hasOpenssl)('Certificates', () => {
  test('are read again when their files change, and no connection notices', async () => {
    const authority = new Authority();
    const place = authority.issue({ names: ['DNS:localhost', 'DNS:old.test'] });
    const next = authority.issue({ names: ['DNS:localhost', 'DNS:new.test'] });
    const upstream = await RawUpstream.start();
    upstream.respond(ok());
    const proxy = await startGateway({ '--target': upstream.origin, ...tlsFlags(place) });
    const to = { port: proxy.port, ca: authority.pem };
    const kept = await SecureClient.connect(to);
    expect(kept.names).toContain('old.test');

    const changed = once(proxy.instance.events, 'certificates_changed');
    replace(place, next);
    expect(await changed).toEqual([['localhost', 'new.test']]);
    expect((await SecureClient.connect(to)).names).toContain('new.test');
    // Who asks for no name gets the first one, which is another one too.
    const nameless = { ...to, servername: '', rejectUnauthorized: false };
    expect((await SecureClient.connect(nameless)).names).toContain('new.test');
    await kept.send(ask);
    expect((await kept.readResponse()).status).toBe(200);
  });

  test('that are no pair leave the old ones in force, and it is said', async () => {
    const authority = new Authority();
    const place = authority.issue();
    const proxy = await startGateway({ '--target': 'http://127.0.0.1:9', ...tlsFlags(place) });
    const refused = once(proxy.instance.events, 'certificates_refused');
    writeFileSync(place.certFile, readFileSync(authority.issue().certFile));
    expect((await refused)[0]).toMatch(/--tls-key .*: it is not the key of the certificate in/);
    const client = await SecureClient.connect({ port: proxy.port, ca: authority.pem });
    expect(client.socket.authorized).toBe(true);

    // Halves of a file are no certificate either.
    const again = once(proxy.instance.events, 'certificates_refused');
    writeFileSync(place.certFile, readFileSync(place.certFile).subarray(0, 100));
    expect((await again)[0]).toMatch(/^--tls-cert /);
    await SecureClient.connect({ port: proxy.port, ca: authority.pem });
  });

  test('take effect with a reload, all of it or nothing', async () => {
    const authority = new Authority();
    const [first, second] = [
      authority.issue({ names: ['DNS:localhost'] }),
      authority.issue({ names: ['DNS:second.test'] }),
    ];
    const file = {
      target: ['http://127.0.0.1:9'],
      tls_cert: [first.certFile],
      tls_key: [first.keyFile],
    };
    const folder = await import('@spillway/test-kit').then((kit) => kit.temporaryDirectory());
    const path = `${folder}/proxy_config.json`;
    writeFileSync(path, JSON.stringify(file));
    const proxy = await ProxyProcess.start(['--config', path, '--log-format', 'json']);
    const presented = async (servername: string) =>
      (await SecureClient.connect({ port: proxy.port, servername, rejectUnauthorized: false }))
        .names;
    expect(await presented('second.test')).toBe('DNS:localhost');

    writeFileSync(
      path,
      JSON.stringify({
        ...file,
        tls_cert: [first.certFile, second.certFile],
        tls_key: [first.keyFile, second.keyFile],
      }),
    );
    proxy.signal('SIGHUP');
    await proxy.logged(({ msg }) => msg.startsWith('reloaded'));
    expect(await presented('second.test')).toBe('DNS:second.test');

    writeFileSync(
      path,
      JSON.stringify({
        ...file,
        tls_cert: [first.certFile, second.certFile],
        tls_key: [second.keyFile, first.keyFile],
      }),
    );
    proxy.signal('SIGHUP');
    const { problems } = await proxy.logged(({ msg }) => msg.startsWith('reload refused'));
    expect(String(problems)).toContain('it is not the key of the certificate');
    expect(await presented('second.test')).toBe('DNS:second.test');
  });

  test.each(['lean', 'node'])(
    `--engine %s: swapped ${swaps} times under load, they fail no handshake`,
    async (engine) => {
      const authority = new Authority();
      const pairs = [
        authority.issue(),
        authority.issue({ names: ['DNS:localhost', 'DNS:b.test'] }),
      ];
      const place = authority.issue();
      const upstream = await RawUpstream.start();
      upstream.respond(ok());
      const proxy = await startGateway({
        ...{ '--target': upstream.origin, '--engine': engine },
        ...tlsFlags(place),
      });
      const { certificates, events } = proxy.instance;
      const failed: string[] = [];
      events.on('connection_refused', (_why, detail) => failed.push(detail));
      let over = false;
      let visits = 0;
      const visit = async () => {
        while (!over) {
          const client = await SecureClient.connect({ port: proxy.port, ca: authority.pem });
          await client.send(ask);
          expect((await client.readResponse()).status).toBe(200);
          client.socket.destroy();
          visits += 1;
        }
      };
      const visitors = Array.from({ length: 8 }, visit);
      for (let i = 0; i < swaps; i++) {
        replace(place, pairs[i % 2] as (typeof pairs)[0]);
        // As the watch does it, without its patience.
        certificates?.apply(certificates.settings);
        const before = visits;
        await eventually(() => expect(visits).toBeGreaterThan(before + 8), 20_000);
      }
      over = true;
      await Promise.all(visitors);
      expect(failed).toEqual([]);
      expect(visits).toBeGreaterThan(swaps * 8);
    },
    60_000,
  );
});
