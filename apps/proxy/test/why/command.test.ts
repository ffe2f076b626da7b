import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { requestStorySchema } from '@spillway/contracts';
import { temporaryDirectory } from '@spillway/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { ask } from '../admission/ask.ts';
import { runProxy } from '../cli/run-proxy.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway } from '../kit/test-gateway.ts';

/** A proxy with one failed request, `gone`, and one good one, `good`. */
async function startProxy(flags = {}) {
  const upstream = await RawUpstream.start();
  const proxy = await startGateway({ '--target': upstream.origin, '--max-retries': 0, ...flags });
  upstream.respond(({ target }, connection) => {
    if (target === '/good') return 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
    // 9b is the one-byte CSI of C1.
    if (target === '/odd') return 'HTTP/1.1 200 OK\r\nTransfer-Encoding: odd\x9b31m\r\n\r\n';
    connection.reset();
    return undefined;
  });
  for (const id of ['gone', 'good']) {
    await ask(proxy, { path: `/${id}`, fields: { 'X-Request-Id': id } });
    await proxy.finished();
  }
  return { proxy, url: `http://127.0.0.1:${proxy.port}`, upstream };
}

const why = (...argv: string[]) => runProxy(['why', ...argv], temporaryDirectory());

/** Something at an address that answers everything with this. */
async function startStranger(status: number, body: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('`why` with an id tells the story of that request', async () => {
  const { url, upstream } = await startProxy();
  const { code, stdout, stderr } = await why('gone', '--url', `${url}/`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.split('\n');
  expect(lines[0]).toBe('GET /gone  502 connection_terminated');
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}request {4}gone$/));
  expect(lines).toContainEqual(
    expect.stringMatching(/^ {2}1 .* - .* connection_terminated {2}http:\/\/127/),
  );
  expect(stdout).toContain(`Attempt 1 at ${upstream.origin}: connected in `);
  expect(lines.at(-2)).toMatch(/^ {2}Answered 502 after /);
});

test('`why --json` gives what the endpoint says', async () => {
  const { url } = await startProxy();
  const { code, stdout } = await why('good', '--url', url, '--json');
  expect(code).toBe(0);
  expect(requestStorySchema.parse(JSON.parse(stdout))).toMatchObject({ id: 'good', status: 200 });
});

test('`why` without an id lists the latest failures', async () => {
  const { url } = await startProxy();
  const failed = await why('--url', url);
  expect(failed.code).toBe(0);
  expect(failed.stdout.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^received +request +total +outcome$/),
    expect.stringMatching(/Z {2}gone +[\d.]+ m?s {2}502 connection_terminated {2}GET \/gone$/),
    '1 kept, at most 2000',
  ]);
  const all = await why('--url', url, '--all', '--limit', '1');
  expect(all.stdout).toMatch(/ good .*\n2 kept, at most 4000\n$/);
  expect((await why('--url', url, '--outcome', 'dns_error')).stdout).toContain('no such request');
  const misnamed = await why('--url', url, '--outcome', 'bad');
  expect(misnamed).toMatchObject({ code: 2, stderr: 'proxy: no such outcome\n' });
});

test('A request that is not kept is 1, an address where nobody is 3', async () => {
  const { url } = await startProxy();
  const unknown = await why('nobody', '--url', url);
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toMatch(/^proxy: request nobody: unknown, or no longer kept: /);
  const nobody = await RawUpstream.open();
  await nobody.close();
  const unreachable = await why('x', '--url', nobody.origin);
  expect(unreachable.code).toBe(3);
  expect(unreachable.stderr).toBe(
    `proxy: cannot reach ${nobody.origin}: ECONNREFUSED; give --url URL, or --config FILE of the proxy, if it listens elsewhere\n`,
  );
});

test.each([
  [200, '{}'],
  [404, 'not found'],
  [500, '<html>'],
])('Something else that answers %i %s is no proxy: 3', async (status, body) => {
  const url = await startStranger(status, body);
  const { code, stderr } = await why('x', '--url', url);
  expect(code).toBe(3);
  expect(stderr).toContain(`answered ${status}, and nothing that this command understands`);
});

test('What cannot be used is 2', async () => {
  const file = join(temporaryDirectory(), 'none');
  expect((await why('x', '--url', 'localhost:8080')).stderr).toBe(
    'proxy: --url must be an http:// or https:// URL\n',
  );
  for (const argv of [
    ['x', '--url', 'ftp://localhost'],
    ['x', '--admin-token', 'a', '--admin-token-file', file],
    ['x', '--admin-token-file', file],
    ['x', '--what'],
    ['x', 'y'],
  ]) {
    expect({ argv, ...(await why(...argv)) }).toMatchObject({ argv, code: 2, stdout: '' });
  }
});

test('The token comes from a flag, a file or the variables of the proxy', async () => {
  const { url } = await startProxy({ '--admin-token': 't0ken' });
  const directory = temporaryDirectory();
  const file = join(directory, 'token');
  writeFileSync(file, 't0ken\n');
  const ask = (argv: string[], environment = {}) =>
    runProxy(['why', 'gone', '--url', url, ...argv], directory, environment);
  expect((await ask(['--admin-token', 't0ken'])).code).toBe(0);
  expect((await ask(['--admin-token-file', file])).code).toBe(0);
  expect((await ask([], { SPILLWAY_ADMIN_TOKEN: 't0ken' })).code).toBe(0);
  expect((await ask([], { SPILLWAY_ADMIN_TOKEN_FILE: file })).code).toBe(0);
  const refused = await ask([]);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('asks for its token: give --admin-token or --admin-token-file');
  const wrong = await ask(['--admin-token', 'wrong']);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).not.toContain('wrong');
});

test('The address comes from the configuration that stands there', async () => {
  const { proxy } = await startProxy();
  const directory = temporaryDirectory();
  const config = { host: '127.0.0.1', port: proxy.port };
  writeFileSync(join(directory, 'proxy_config.json'), JSON.stringify(config));
  expect((await runProxy(['why', 'gone'], directory)).code).toBe(0);
});

test('The address comes from the configuration that --config names', async () => {
  const { proxy } = await startProxy();
  const file = join(temporaryDirectory(), 'other.json');
  writeFileSync(file, JSON.stringify({ host: '127.0.0.1', port: proxy.port }));
  expect((await why('gone', '--config', file)).code).toBe(0);
  expect(await why('gone', '--config', 'missing.json')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('flag --config: cannot read missing.json'),
  });
});

test('Nothing that came over the wire reaches the terminal as a control', async () => {
  const { url, proxy } = await startProxy();
  await ask(proxy, { path: '/odd', fields: { 'X-Request-Id': 'evil' } });
  await proxy.finished();
  const text = await why('evil', '--url', url);
  expect(text.stdout).toContain('odd\\u009b31m');
  expect(text.stdout).not.toMatch(/[^\P{Cc}\n]/u);
  const json = await why('evil', '--url', url, '--json');
  expect(json.stdout).not.toMatch(/[^\P{Cc}\n]/u);
  expect(JSON.parse(json.stdout).detail).toContain('odd\u009b31m');
  const stranger = await startStranger(404, '{"error":"\\u001b[2J","capacity":1}');
  expect((await why('x', '--url', stranger)).stderr).toBe('proxy: request x: \\u001b[2J\n');
});

test('Colours are for terminals and those who ask for them', async () => {
  const { url } = await startProxy();
  const coloured = await runProxy(['why', 'gone', '--url', url], temporaryDirectory(), {
    NO_COLOR: '',
    FORCE_COLOR: '1',
  });
  expect(coloured.stdout).toContain('\u001b[31m502 connection_terminated\u001b[39m');
  expect((await why('gone', '--url', url)).stdout).not.toContain('\u001b');
});
