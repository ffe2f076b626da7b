import { expect, test } from 'vitest';
import { startTestBackend } from '../admission/ask.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { Crowd } from './crowd.ts';
import { find, plain, rulesAfter } from './scenario.ts';
import { Watcher } from './watcher.ts';

const fourWorkers = { workers: 4, latency: '50ms' };

test('A healthy proxy under load has no findings', async () => {
  const backend = await startTestBackend({ latency: '20ms' });
  const proxy = await startGateway({ '--target': backend.url });
  const watcher = new Watcher(proxy);
  Crowd.start(proxy.port, { clients: 10 });
  expect(await watcher.seen(400)).toEqual([]);
});

test('An idle proxy has no findings', async () => {
  const backend = await startTestBackend();
  const watcher = new Watcher(await startGateway({ '--target': backend.url }));
  expect(await watcher.seen(0)).toEqual([]);
});

test('Answers that slow down with the load are found before anything fails of it', async () => {
  const backend = await startTestBackend(fourWorkers);
  const scenario = {
    flags: { ...plain, '--target': backend.url },
    crowd: { clients: 30 },
    calmFirst: true,
  };
  const { finding, rules } = await find(scenario, 'upstream-overloaded');
  expect(finding.severity).toBe('hint');
  expect(rules).toEqual(['upstream-overloaded']);
  expect(await rulesAfter(scenario, finding)).toEqual([]);
});

test('An upstream that becomes slow under the same load is said to be slow by itself', async () => {
  const backend = await startTestBackend({ latency: '30ms' });
  const proxy = await startGateway({ ...plain, '--target': backend.url });
  const watcher = new Watcher(proxy);
  Crowd.start(proxy.port, { clients: 4 });
  await watcher.seen(60);
  backend.behave({ latency: '200ms' });
  const finding = await watcher.found('upstream-slow');
  expect(finding).toMatchObject({ upstream: backend.url, changes: [] });
  expect(watcher.rules).toEqual(['upstream-slow']);
});
