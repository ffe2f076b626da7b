import { expect, test } from 'vitest';
import { startTestBackend } from '../admission/ask.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { Crowd } from './crowd.ts';
import { find, plain, rulesAfter } from './scenario.ts';
import { Watcher } from './watcher.ts';

test('A client that wants more at once than one may: it is told of, and nothing is to be changed', async () => {
  const backend = await startTestBackend({ latency: '50ms' });
  const scenario = {
    flags: {
      ...plain,
      '--target': backend.url,
      '--fairness-key': 'address',
      '--max-per-key': 3,
    },
    crowd: { clients: 8 },
  };
  const { finding, rules } = await find(scenario, 'key-at-cap');
  expect(finding).toMatchObject({ severity: 'hint', changes: [] });
  expect(finding.evidence).toContainEqual({ what: 'keys known', value: 1, unit: 'count' });
  expect(rules).toEqual(['key-at-cap']);
});

test('Clients that leave long before their answers: the upstream works for nobody, and permits are held', async () => {
  const backend = await startTestBackend({ latency: '200ms' });
  const scenario = {
    flags: { ...plain, '--target': backend.url, '--max-concurrent-requests': 10 },
    crowd: { clients: 8, patienceMs: 50 },
    calmFirst: true,
  };
  const { finding } = await find(scenario, 'abandoned-work');
  const [held, share] = finding.evidence;
  expect(held?.value).toBeGreaterThanOrEqual(3);
  expect(share?.value).toBeGreaterThanOrEqual(20);
  expect(finding.remedy).toMatch(/--patience-header/);
});

test('An adaptive limit at its ceiling before an upstream that is well: a higher one, and it finds its place', async () => {
  const backend = await startTestBackend({ latency: '50ms' });
  const scenario = {
    flags: {
      ...plain,
      '--target': backend.url,
      '--max-concurrent-requests': 'auto',
      // The default begins at the floor, which is a finding of its own while it learns.
      '--auto-algorithm': 'aimd',
      '--auto-max': 4,
      '--pool-maxsize': 4,
      '--max-queue-size': 8,
    },
    crowd: { clients: 11 },
  };
  const { finding, rules } = await find(scenario, 'auto-at-ceiling');
  expect(finding.changes.map(({ flag, to }) => `${flag} ${to}`)).toEqual([
    '--auto-max 8',
    '--pool-maxsize 8',
  ]);
  expect(rules).toEqual(['auto-at-ceiling']);
  expect(await rulesAfter(scenario, finding)).toEqual([]);
});

test('An adaptive limit that has come down to its floor: a lower one, where it stays above', async () => {
  const backend = await startTestBackend({ workers: 6, latency: '100ms' });
  const scenario = {
    flags: {
      ...plain,
      '--target': backend.url,
      '--max-concurrent-requests': 'auto',
      // Likewise: the default would come to its place from the floor upwards.
      '--auto-algorithm': 'aimd',
      '--auto-min': 10,
      '--max-queue-size': 10,
    },
    crowd: { clients: 40 },
  };
  const proxy = await startGateway(scenario.flags);
  const crowd = Crowd.start(proxy.port, scenario.crowd);
  // Its search begins upwards, and makes the upstream slow for a while.
  const { limitTuner } = proxy.service;
  await eventually(() => expect(limitTuner?.lastChange?.to).toBe(10), 15_000);
  const watcher = new Watcher(proxy);
  const finding = await watcher.found('auto-at-floor');
  await crowd.stop();
  expect(finding.changes).toEqual([{ flag: '--auto-min', from: '10', to: '2' }]);
  expect(watcher.rules).toEqual(['auto-at-floor']);
  expect(await rulesAfter(scenario, finding, 100)).not.toContain('auto-at-floor');
});

test('More than can be answered in time where the limit has its place: less has to be asked, and no flag helps', async () => {
  const backend = await startTestBackend({ workers: 4, latency: '100ms' });
  const scenario = {
    flags: {
      ...plain,
      '--target': backend.url,
      '--max-concurrent-requests': 'auto',
      // Where its search ends, without the ways to there.
      '--auto-min': 4,
      '--auto-max': 4,
      '--max-queue-size': 20,
    },
    crowd: { clients: 40 },
  };
  const { finding, rules } = await find(scenario, 'too-much-asked');
  expect(finding).toMatchObject({ severity: 'warning', upstream: null, changes: [] });
  expect(finding.evidence[0]?.what).toBe('shed because the line is overloaded');
  expect(rules).toEqual(['too-much-asked']);
  expect(await rulesAfter({ ...scenario, crowd: { clients: 8 } }, finding, 100)).toEqual([]);
});
