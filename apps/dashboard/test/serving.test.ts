import { request } from 'node:http';
import { startBackend } from '@spillway/backend';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { buildPage } from './kit/build-page.ts';
import { ProxyProcess } from './kit/proxy-process.ts';

beforeAll(buildPage);

async function startProxy(...flags: string[]): Promise<ProxyProcess> {
  const backend = await startBackend();
  onTestFinished(() => backend.close());
  return ProxyProcess.start(['--target', backend.url, ...flags]);
}

/** Status of a path sent as it stands; fetch would tidy it up. */
const statusOf = (proxy: ProxyProcess, path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: proxy.port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });

test('The page comes under a policy that lets it load nothing from elsewhere', async () => {
  const proxy = await startProxy();
  const { status, headers } = await fetch(`${proxy.url}/proxy-dashboard`);
  expect(status).toBe(200);
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  });
});

test.each(['/proxy-dashboard', '/proxy-dashboard/'])('All that %s names is there', async (path) => {
  const proxy = await startProxy();
  const page = `${proxy.url}${path}`;
  const html = await (await fetch(page)).text();
  const named = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name]) => name as string);
  expect(named).toHaveLength(3);
  for (const name of named) {
    const { status, headers } = await fetch(new URL(name, page));
    expect([name, status]).toEqual([name, 200]);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('content-type')).toMatch(
      /^(text\/(javascript|css); charset=utf-8|image\/svg\+xml)$/,
    );
  }
});

test('Only files of the page are served', async () => {
  const proxy = await startProxy();
  const paths = [
    '/proxy-dashboard/index.html',
    '/proxy-dashboard/assets/',
    '/proxy-dashboard/assets/no-such-file.js',
    '/proxy-dashboard/../package.json',
    '/proxy-dashboard/assets/../../package.json',
    '/proxy-dashboard/assets/..%2f..%2fpackage.json',
    '/proxy-dashboard/%2e%2e/package.json',
    '/proxy-dashboard//etc/passwd',
    '/proxy-dashboard/constructor',
  ];
  const statuses = await Promise.all(paths.map((path) => statusOf(proxy, path)));
  expect(statuses).toEqual(paths.map(() => 404));
});

test('With a token the page is for its holders, to whom the browser offers to sign in', async () => {
  const proxy = await startProxy('--admin-token', 'a-token-for-the-test');
  const page = `${proxy.url}/proxy-dashboard`;
  const refused = await fetch(page);
  expect(refused.status).toBe(401);
  expect(refused.headers.get('www-authenticate')).toMatch(/Basic/);
  const authorization = `Basic ${Buffer.from('x:a-token-for-the-test').toString('base64')}`;
  expect((await fetch(page, { headers: { authorization } })).status).toBe(200);
});
