import { createServer } from 'node:http';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { ask } from '../admission/ask.ts';
import { expectProblem, ok } from '../kit/cases.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway } from '../kit/test-gateway.ts';

test.each([
  ['/x?q=%2F', '/base/v1/x?q=%2F'],
  ['//x', '/base/v1//x'],
  ['/', '/base/v1/'],
])('The base path of a target goes before %s, which stays as it came', async (asked, sent) => {
  const upstream = await RawUpstream.start();
  upstream.respond(ok('here'));
  const proxy = await startGateway({ '--target': `${upstream.origin}/base/v1/` });
  expect((await ask(proxy, { path: asked })).body.toString()).toBe('here');
  expect(upstream.requests.map(({ target }) => target)).toEqual([sent]);
  expect(proxy.instance.metrics.snapshot().upstreams[0]?.url).toBe(`${upstream.origin}/base/v1`);
});

test('OPTIONS * is asked of the target itself, whatever its base path', async () => {
  const upstream = await RawUpstream.start();
  upstream.respond(ok());
  const proxy = await startGateway({ '--target': `${upstream.origin}/base` });
  expect(
    (await ask(proxy, { method: 'OPTIONS', path: '*', fields: { 'Max-Forwards': 5 } })).status,
  ).toBe(200);
  expect(upstream.requests.map(({ target }) => target)).toEqual(['*']);
});

const unix = test.runIf(process.platform !== 'win32');

unix(
  'A Unix socket is a target, with a base path, and Host is localhost where it is its own',
  async () => {
    const path = join(temporaryDirectory(), 'app.sock');
    const server = createServer((req, res) => res.end(`${req.headers.host} ${req.url}`)).listen(
      path,
    );
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    const flags = { '--host-header': 'target', '--max-retries': 0 };
    const proxy = await startGateway({ '--target': `http://unix:${path}:/base/`, ...flags });
    for (let i = 0; i < 3; i++) {
      expect((await ask(proxy, { path: '/x' })).body.toString()).toBe('localhost /base/x');
    }
    const [upstream] = proxy.instance.metrics.snapshot().upstreams;
    expect(upstream).toMatchObject({
      url: `unix:${path}:/base`,
      addresses: [path],
      connections: { open: 1, retired: { age: 0, address: 0 } },
    });
    server.close();
    server.closeAllConnections();
    expectProblem(await ask(proxy), 502, 'connection_refused');
  },
);

unix('A socket that is not there is refused by its path', async () => {
  const path = join(temporaryDirectory(), 'none.sock');
  const proxy = await startGateway({ '--target': `unix:${path}`, '--max-retries': 0 });
  expectProblem(await ask(proxy), 502, 'connection_refused');
  expect((await proxy.finished()).detail).toBe(`${path} refused (ENOENT)`);
});
