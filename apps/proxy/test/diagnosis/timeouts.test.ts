import { expect, test } from 'vitest';
import { startTestBackend } from '../admission/ask.ts';
import { find, plain, rulesAfter } from './scenario.ts';

test('Timeouts that come with more load: fewer at once is the remedy, and it is one', async () => {
  const latency = 'exponential:50ms';
  const backend = await startTestBackend({ workers: 4, latency, abandon: 'stop' });
  const scenario = {
    flags: { ...plain, '--target': backend.url, '--read-timeout': '400ms' },
    crowd: { clients: 24 },
    calmFirst: true,
  };
  const { finding, rules } = await find(scenario, 'upstream-overloaded');
  expect(finding.changes).toMatchObject([{ flag: '--max-concurrent-requests', from: '50' }]);
  expect(rules).toEqual(['upstream-overloaded']);
  expect(await rulesAfter(scenario, finding)).toEqual([]);
});

test('Hardly an answer since more load came: so many at once as were answered quickly before', async () => {
  // It goes on working for those whom the timeout has cut.
  const backend = await startTestBackend({ workers: 4, latency: '50ms' });
  const scenario = {
    flags: { ...plain, '--target': backend.url, '--read-timeout': '400ms' },
    crowd: { clients: 48 },
    calmFirst: true,
  };
  const { finding, rules } = await find(scenario, 'upstream-overloaded');
  expect(finding.changes).toMatchObject([{ flag: '--max-concurrent-requests', from: '50' }]);
  expect(rules).toEqual(['upstream-overloaded']);
  expect(await rulesAfter(scenario, finding)).toEqual([]);
});

test('Timeouts under load from the start: so many at once as are answered in half the time', async () => {
  const backend = await startTestBackend({ workers: 4, latency: '50ms' });
  const scenario = {
    flags: { ...plain, '--target': backend.url, '--read-timeout': '400ms' },
    crowd: { clients: 36 },
  };
  const { finding, rules } = await find(scenario, 'upstream-overloaded');
  expect(rules).toEqual(['upstream-overloaded']);
  expect(await rulesAfter(scenario, finding)).toEqual([]);
});

test('A read timeout within the range of answers is found short, and long enough afterwards', async () => {
  const backend = await startTestBackend({ latency: 'exponential:100ms' });
  const scenario = {
    flags: { ...plain, '--target': backend.url, '--read-timeout': '250ms' },
    crowd: { clients: 10 },
  };
  const { finding, rules } = await find(scenario, 'read-timeout-short');
  expect(finding.changes).toMatchObject([{ flag: '--read-timeout', from: '250ms' }]);
  expect(rules).toEqual(['read-timeout-short']);
  expect(await rulesAfter(scenario, finding, 300)).toEqual([]);
});

test('Requests that hang beside quick answers are no reason to wait longer or let fewer through', async () => {
  const backend = await startTestBackend({ latency: '20ms', fault: 'hang@0.2' });
  const { finding, rules } = await find(
    {
      flags: { ...plain, '--target': backend.url, '--read-timeout': '600ms' },
      crowd: { clients: 10 },
    },
    'upstream-hangs',
  );
  expect(finding).toMatchObject({ upstream: backend.url, changes: [] });
  expect(rules).toEqual(['upstream-hangs']);
});

test('A request timeout within the range of answers is found short, and long enough afterwards', async () => {
  const backend = await startTestBackend({ latency: 'exponential:100ms' });
  const scenario = {
    flags: { ...plain, '--target': backend.url, '--request-timeout': '250ms' },
    crowd: { clients: 10 },
  };
  const { finding, rules } = await find(scenario, 'request-timeout-short');
  expect(rules).toEqual(['request-timeout-short']);
  expect(await rulesAfter(scenario, finding, 300)).toEqual([]);
});

test('Deadlines of clients that are shorter than answers take are told of as such', async () => {
  const backend = await startTestBackend({ latency: 'exponential:100ms' });
  const scenario = {
    flags: { ...plain, '--target': backend.url },
    crowd: { clients: 10, headers: { 'Request-Timeout': '250ms' } },
  };
  const { finding, rules } = await find(scenario, 'request-timeout-short');
  expect(finding.changes).toEqual([]);
  expect(rules).toEqual(['request-timeout-short']);
  const patient = { ...scenario, crowd: { clients: 10, headers: { 'Request-Timeout': '5' } } };
  expect(await rulesAfter(patient, finding, 300)).toEqual([]);
});

test('Clients that give up before any answer are told of as such', async () => {
  const backend = await startTestBackend({ latency: '300ms' });
  const { finding, rules } = await find(
    {
      // Else what it works on for nobody is the greater trouble.
      flags: { '--target': backend.url, '--abandoned': 'release' },
      crowd: { clients: 6, patienceMs: 100 },
    },
    'clients-leave',
  );
  expect(finding.changes).toEqual([]);
  expect(rules).toEqual(['clients-leave']);
});
