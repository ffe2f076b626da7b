import { expect, test } from 'vitest';
import { startTestBackend } from '../admission/ask.ts';
import { find, plain, rulesAfter } from './scenario.ts';

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
