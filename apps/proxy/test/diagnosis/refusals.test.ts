import { expect, test } from 'vitest';
import { startTestBackend } from '../admission/ask.ts';
import { find, mended, plain, rulesAfter } from './scenario.ts';

test('A full queue before an upstream that is well: let more through', async () => {
  const backend = await startTestBackend({ latency: '50ms' });
  const scenario = {
    flags: {
      ...plain,
      '--target': backend.url,
      '--max-concurrent-requests': 4,
      '--max-queue-size': 8,
    },
    crowd: { clients: 11 },
  };
  const { finding, rules } = await find(scenario, 'limit-too-low');
  expect(finding.changes).toEqual([{ flag: '--max-concurrent-requests', from: '4', to: '8' }]);
  expect(rules).toEqual(['limit-too-low']);
  expect(await rulesAfter(scenario, finding)).toEqual([]);
});

test('Refusals before an upstream that is well: the limit, and the pool with it', async () => {
  const backend = await startTestBackend({ latency: '50ms' });
  const scenario = {
    flags: {
      ...plain,
      '--target': backend.url,
      '--max-concurrent-requests': 4,
      '--pool-maxsize': 4,
      '--max-queue-size': 1,
    },
    crowd: { clients: 8 },
  };
  const { finding, rules } = await find(scenario, 'limit-too-low');
  expect(finding.changes.map(({ flag }) => flag)).toEqual([
    '--max-concurrent-requests',
    '--pool-maxsize',
  ]);
  expect(rules).toEqual(['limit-too-low']);
  expect(await rulesAfter(scenario, finding)).toEqual([]);
});

test('Refusals with answers already slow: fewer at once, never a longer queue', async () => {
  const backend = await startTestBackend({ workers: 4, latency: '50ms' });
  const scenario = {
    flags: {
      ...plain,
      '--target': backend.url,
      '--max-concurrent-requests': 20,
      '--max-queue-size': 5,
    },
    crowd: { clients: 40 },
    calmFirst: true,
  };
  const { finding, rules } = await find(scenario, 'upstream-overloaded');
  expect(finding.changes.map(({ flag }) => flag)).toEqual(['--max-concurrent-requests']);
  expect(rules).toEqual(['upstream-overloaded']);
  // More still come than it can take: at its very limit, only a try tells whether it has room for more.
  expect(await rulesAfter(scenario, finding)).not.toContain('upstream-overloaded');
});

test('Refusals with answers a little slower than alone: the upstream is full, and no flag helps', async () => {
  const backend = await startTestBackend({ workers: 4, latency: '50ms' });
  const scenario = {
    flags: {
      ...plain,
      '--target': backend.url,
      '--max-concurrent-requests': 6,
      '--max-queue-size': 5,
    },
    crowd: { clients: 20 },
    calmFirst: true,
  };
  const { finding, rules } = await find(scenario, 'upstream-full');
  expect(finding.changes).toEqual([]);
  expect(rules).toEqual(['upstream-full']);
});

test('An upstream that states how many requests it takes is full with them, and no flag gets more through', async () => {
  const backend = await startTestBackend({ latency: '50ms' });
  backend.server.prependListener('request', (_request, response) => {
    response.setHeader('X-Max-Concurrency', '4');
  });
  const scenario = {
    flags: {
      ...plain,
      '--target': backend.url,
      '--capacity-header': 'X-Max-Concurrency',
      '--max-queue-size': 8,
    },
    crowd: { clients: 20 },
    calmFirst: true,
  };
  const { finding, rules } = await find(scenario, 'upstream-full');
  expect(finding).toMatchObject({ severity: 'warning', changes: [] });
  expect(finding.evidence).toContainEqual({
    what: 'it states that it takes',
    value: 4,
    unit: 'count',
  });
  expect(rules).toEqual(['upstream-full']);
  expect(await rulesAfter(scenario, finding, 1000)).toEqual(['upstream-full']);
});

test('Bursts beyond the queue, with pauses in between: let more of them wait', async () => {
  const backend = await startTestBackend({ latency: '20ms' });
  const scenario = {
    flags: {
      ...plain,
      '--target': backend.url,
      '--max-concurrent-requests': 4,
      '--max-queue-size': 4,
    },
    crowd: { clients: 16, roundPauseMs: 200 },
  };
  const { finding, rules } = await find(scenario, 'queue-too-small');
  expect(rules).toEqual(['queue-too-small']);
  expect(await rulesAfter(scenario, finding, 100)).toEqual([]);
});

test('Clients that leave in the queue: tell them sooner', async () => {
  const backend = await startTestBackend({ latency: '100ms' });
  const scenario = {
    flags: { ...plain, '--target': backend.url, '--max-concurrent-requests': 2 },
    crowd: { clients: 20, patienceMs: 500 },
  };
  const { finding, rules } = await find(scenario, 'queue-timeout-long');
  expect(rules).toEqual(['queue-timeout-long']);
  // They are refused now, which is found as what it is.
  const after = await find(mended(scenario, finding), 'limit-too-low');
  expect(after.rules).toEqual(['limit-too-low']);
});

test('Requests that wait for a connection: as many connections as requests', async () => {
  const backend = await startTestBackend({ latency: '50ms' });
  const scenario = {
    flags: {
      ...plain,
      '--target': backend.url,
      '--max-concurrent-requests': 10,
      '--pool-maxsize': 2,
    },
    crowd: { clients: 10 },
  };
  const { finding, rules } = await find(scenario, 'pool-too-small');
  expect(finding.changes).toEqual([{ flag: '--pool-maxsize', from: '2', to: '10' }]);
  expect(rules).toEqual(['pool-too-small']);
  expect(await rulesAfter(scenario, finding)).toEqual([]);
});

test('Retries that take the places of those who wait are found, and then what made them', async () => {
  const backend = await startTestBackend({ latency: '30ms', status: '503@0.15' });
  const scenario = {
    flags: {
      '--target': backend.url,
      '--circuit-breaker-threshold': 0,
      '--max-concurrent-requests': 2,
      '--max-queue-size': 20,
      // All wait their turn: whoever is shed would be one trouble more.
      '--queue-order': 'fifo',
      // A retry refused fails its request, and failures in number would be the cause.
      '--retry-budget': '100%',
    },
    crowd: { clients: 10 },
  };
  const { finding, rules } = await find(scenario, 'retries-cost');
  expect(finding.changes).toEqual([{ flag: '--max-retries', from: '2', to: '0' }]);
  expect(rules).toEqual(['retries-cost']);
  const after = await find(mended(scenario, finding), 'upstream-errors');
  expect(after.rules).toEqual(['upstream-errors']);
});
