import { expect, test } from 'vitest';
import { startTestBackend } from '../admission/ask.ts';
import { Names, name } from '../kit/names.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { Crowd } from './crowd.ts';
import { FullBacklog } from './full-backlog.ts';
import { plain } from './scenario.ts';
import { Watcher } from './watcher.ts';

test.runIf(process.platform === 'linux')(
  'A server that accepts nothing more: no timeout is to be longer, and all is well once it goes on',
  async () => {
    const server = await FullBacklog.start();
    const proxy = await startGateway({
      ...plain,
      '--target': server.url,
      '--connect-timeout': '100ms',
    });
    const watcher = new Watcher(proxy);
    Crowd.start(proxy.port, { clients: 4 });
    const finding = await watcher.found('connect-timeouts');
    expect(finding).toMatchObject({ severity: 'critical', upstream: server.url, changes: [] });
    expect(finding.cause).toContain('accept queue is full');
    expect(finding.evidence[0]?.what).toBe('connections timed out');
    server.goOn();
    await watcher.until('no finding', (findings) => findings.length === 0);
    expect(watcher.rules).toEqual(['connect-timeouts']);
  },
);

test('A name that is found slowly: no connection in time, and all is well once it is known', async () => {
  const backend = await startTestBackend();
  new Names('127.0.0.1').delayMs = 3000;
  const proxy = await startGateway({
    ...plain,
    '--target': `http://${name}:${backend.port}`,
    '--connect-timeout': '200ms',
    '--pool-connections': 0,
    // Lookups go on, as slow as the first one.
    '--dns-refresh': '100ms',
  });
  const watcher = new Watcher(proxy);
  Crowd.start(proxy.port, { clients: 4 });
  const finding = await watcher.found('connect-timeouts');
  expect(finding.evidence[0]?.what).toBe('name lookups timed out');
  await watcher.until('no finding', (findings) => findings.length === 0);
  expect(watcher.rules).toEqual(['connect-timeouts']);
});
