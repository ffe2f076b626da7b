import { once } from 'node:events';
import { startBackend } from '@spillway/backend';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ConfigurationError, createProxy, type FinishedRequest } from '../src/index.ts';

let backend: Awaited<ReturnType<typeof startBackend>>;
beforeAll(async () => {
  backend = await startBackend({ host: '127.0.0.1', port: 0 });
});
afterAll(() => backend.close());

async function listening(configuration: Parameters<typeof createProxy>[0]) {
  const proxy = createProxy({ host: '127.0.0.1', port: 0, ...configuration });
  onTestFinished(() => proxy.close({ force: true }));
  const { port } = await proxy.listen();
  return { proxy, url: `http://127.0.0.1:${port}` };
}

describe('a proxy in a program', () => {
  it('forwards, and tells of each request once it is over', async () => {
    const { proxy, url } = await listening({ target: backend.url });
    const over = once(proxy as never, 'request') as Promise<[FinishedRequest]>;
    const response = await fetch(`${url}/status/418`);
    expect(response.status).toBe(418);
    await response.arrayBuffer();
    expect((await over)[0]).toMatchObject({
      ...{ method: 'GET', path: '/status/418', status: 418, outcome: 'ok' },
      ...{ service: 'default', target: backend.url, attempts: 1, detail: '' },
    });
    expect(proxy.metrics()).toMatchObject({ metrics: { total_requests: 1 } });
  });

  it('names everything that is wrong with its configuration', () => {
    const wrong = () => createProxy({ target: backend.url, port: 99_999, max_queue: 3 } as never);
    expect(wrong).toThrow(ConfigurationError);
    expect(wrong).toThrow(/port.*65535[\s\S]*max_queue/);
    expect(() => createProxy({})).toThrow(/there is no target/);
  });

  it('takes another configuration while it runs, or stays with the one it has', async () => {
    const { proxy, url } = await listening({ target: backend.url });
    const other = { target: backend.url, host: '127.0.0.1', port: 1 };
    expect(await proxy.reload(other)).toEqual(['--port']);
    await expect(proxy.reload({ target: 'ftp://x' })).rejects.toThrow(ConfigurationError);
    expect((await fetch(url)).status).toBe(200);
    const routes = [{ path: '/here/', service: 'only' }];
    await proxy.reload({ services: { only: { targets: [backend.url] } }, routes } as never);
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
  });

  it('lets requests under way finish when it is closed', async () => {
    const { proxy, url } = await listening({ target: backend.url });
    const response = await fetch(`${url}/events?count=3&interval=50ms`);
    const closed = proxy.close();
    expect(await response.text()).toMatch(/data[\s\S]*data[\s\S]*data/);
    await closed;
    await expect(fetch(url)).rejects.toThrow();
    expect(proxy.metrics()).toBeNull();
  });

  it('rejects where its port is taken', async () => {
    const { url } = await listening({ target: backend.url });
    const second = createProxy({
      target: backend.url,
      host: '127.0.0.1',
      port: Number(new URL(url).port),
    });
    await expect(second.listen()).rejects.toThrow(/EADDRINUSE/);
  });
});
