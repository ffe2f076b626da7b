import { expect, test } from 'vitest';
import { startTestBackend } from '../admission/ask.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { Crowd } from './crowd.ts';
import { FullBacklog } from './full-backlog.ts';
import { find, plain, rulesAfter } from './scenario.ts';
import { slowLookups, slowName } from './slow-lookups.ts';
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

test('Names that are found slowly: the connect timeout is short, and long enough afterwards', async () => {
  const backend = await startTestBackend();
  slowLookups(250, 500);
  const scenario = {
    flags: {
      ...plain,
      '--target': `http://${slowName}:${backend.port}`,
      '--connect-timeout': '400ms',
      // Each request looks the name up.
      '--pool-connections': 0,
    },
    crowd: { clients: 8 },
  };
  const { finding, rules } = await find(scenario, 'connect-timeouts');
  expect(finding.evidence[0]?.what).toBe('name lookups timed out');
  expect(finding.changes).toMatchObject([{ flag: '--connect-timeout', from: '400ms' }]);
  expect(rules).toEqual(['connect-timeouts']);
  expect(await rulesAfter(scenario, finding, 100)).toEqual([]);
});
