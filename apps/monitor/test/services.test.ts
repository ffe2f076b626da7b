import { join } from 'node:path';
import type { MetricsSnapshot, ServiceSnapshot } from '@spillway/contracts';
import { type PartOf, servicesWith, snapshotWith } from '@spillway/contracts/testing';
import { temporaryDirectory } from '@spillway/test-kit';
import { beforeEach, expect, it } from 'vitest';
import { type FakeProxy, startFakeProxy } from './fake-proxy.ts';
import { runMonitor, startMonitor } from './run-monitor.ts';

const services = servicesWith({
  models: {
    status: 'degraded',
    reasons: ['queue at 9 of 10'],
    limits: { concurrent_requests: 8, queue_size: 10 },
    metrics: { available_slots: 2, queue_size: 9 },
  },
  reports: { metrics: { available_slots: 49 } },
  resting: {},
});
const several: PartOf<MetricsSnapshot> = {
  status: 'degraded',
  reasons: ['models: queue at 9 of 10'],
  services,
};

let proxy: FakeProxy;
beforeEach(async () => {
  proxy = await startFakeProxy();
  proxy.answers(several);
});

it('prints a line for all services and one for each that works', async () => {
  const running = startMonitor(['--url', proxy.url, '--interval', '100ms']);
  const text = await running.printed(/reports .*\n/);
  const [all, models, reports, next] = text.split('\n');
  expect(all).toMatch(/:\d+ {2}degraded .* warning: degraded: models: queue at 9 of 10$/);
  expect(models).toMatch(/:\d+ models {2}degraded .* 6\/8 in flight .* warning: models: degraded/);
  expect(reports).toMatch(/:\d+ reports {2}healthy .* 1\/50 in flight .* no alerts$/);
  expect(next).not.toMatch(/resting/);
  running.child.kill('SIGTERM');
  await running.ended;
});

it('tells of one service alone, on a line, as JSON and once', async () => {
  const only = ['--url', proxy.url, '--interval', '100ms', '--service', 'models'];
  const lines = startMonitor(only);
  expect(await lines.printed(/(.*\n){2}/)).toMatch(/^(.*:\d+ models {2}degraded .*\n){2}/);
  lines.child.kill('SIGTERM');
  const json = startMonitor([...only, '--json']);
  const line = JSON.parse((await json.printed(/\n/)).split('\n')[0] as string);
  expect(line).toMatchObject({ service: 'models', snapshot: { limits: { queue_size: 10 } } });
  expect(line.findings).toMatchObject([{ service: 'models' }]);
  json.child.kill('SIGTERM');
  await Promise.all([lines.ended, json.ended]);
  const { code, stdout, stderr } = await runMonitor([...only, '--once']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/Spillway {2}http:\S+ {2}models/);
  expect(stdout).toMatch(/6 of 8/);
  expect(stderr).toMatch(/^monitor: warning at http:\S+, service models: degraded/);
});

it('judges one service by itself, and all of them together', async () => {
  const once = ['--url', proxy.url, '--once'];
  expect((await runMonitor([...once, '--service', 'reports'])).code).toBe(0);
  const all = await runMonitor(once);
  expect(all.code).toBe(1);
  expect(all.stdout).toMatch(/ models +6\/8 .*\n reports +1\/50 /);
});

it('ends with 2 where no service has that name, and says which there are', async () => {
  const { code, stderr } = await runMonitor(['--url', proxy.url, '--once', '--service', 'model']);
  expect(code).toBe(2);
  expect(stderr).toBe(
    'monitor: no service is named model (--service): there are models, reports, resting\n',
  );
  proxy.answers({});
  const one = await runMonitor(['--url', proxy.url, '--once', '--service', 'model']);
  expect(one.stderr).toMatch(/the proxy has only one, without a name/);
});

it('records all services, and replays each', async () => {
  const file = join(temporaryDirectory(), 'night.ndjson');
  await runMonitor(['--url', proxy.url, '--once', '--record', file]);
  const { stdout, code } = await runMonitor(['--replay', file, '--once', '--service', 'models']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/6 of 8/);
});

it('reads services of a proxy that knows fewer outcomes', async () => {
  proxy.answers((_req, res) => {
    const { metrics, ...rest } = services.reports as ServiceSnapshot;
    const older = { ...rest, metrics: { ...metrics, outcomes: { ok: 3 } } };
    res.end(
      JSON.stringify({ ...snapshotWith(several), services: { models: services.models, older } }),
    );
  });
  const { code, stdout } = await runMonitor(['--url', proxy.url, '--once', '--service', 'older']);
  expect(stdout).toMatch(/1 of 50/);
  expect(code).toBe(0);
});
