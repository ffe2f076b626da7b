import { expect, onTestFinished, test } from 'vitest';
import { startTestBackend } from '../admission/ask.ts';
import { openForLong } from '../breaker/breaker-of.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { Crowd } from './crowd.ts';
import { find, plain } from './scenario.ts';
import { Watcher } from './watcher.ts';

test('An open breaker is the finding, not the failures that opened it, until a probe succeeds', async () => {
  const backend = await startTestBackend({ status: '503' });
  const proxy = await startGateway({
    ...openForLong,
    '--target': backend.url,
    '--circuit-breaker-timeout': '500ms',
  });
  const watcher = new Watcher(proxy);
  Crowd.start(proxy.port, { clients: 4 });
  const finding = await watcher.found('breaker-open');
  expect(finding).toMatchObject({ severity: 'critical', upstream: backend.url, changes: [] });
  expect(finding.evidence[0]?.what).toBe('answers with 5xx before');
  backend.behave({ status: '200' });
  await watcher.until('no finding', (findings) => findings.length === 0);
  expect(watcher.rules).toEqual(['breaker-open']);
});

/** Recovers when it is left alone, and fails again soon after. */
async function watchFlapping(
  breakerTimeout: string,
  backendUrl: string,
  behave: (status: string) => void,
) {
  const proxy = await startGateway({
    ...openForLong,
    '--target': backendUrl,
    '--circuit-breaker-timeout': breakerTimeout,
  });
  let served = 0;
  proxy.instance.events.on('breaker_changed', (_upstream, _from, to) => {
    served = 0;
    if (to === 'open') behave('200');
  });
  proxy.instance.events.on('request_finished', ({ outcome }) => {
    if (outcome === 'ok' && ++served === 8) behave('503');
  });
  return { watcher: new Watcher(proxy), crowd: Crowd.start(proxy.port, { clients: 4 }) };
}

test('A breaker that opens again and again is given time enough not to', async () => {
  const backend = await startTestBackend({ latency: '10ms' });
  const behave = (status: string) => backend.behave({ status });
  const first = await watchFlapping('100ms', backend.url, behave);
  const finding = await first.watcher.found('breaker-flapping');
  await first.crowd.stop();
  expect(finding.changes).toMatchObject([{ flag: '--circuit-breaker-timeout', from: '100ms' }]);

  behave('200');
  const to = finding.changes[0]?.to as string;
  const second = await watchFlapping(to, backend.url, behave);
  expect(await second.watcher.seen(200)).toEqual(['breaker-open']);
});

test('An upstream that is down is found by what refuses, and no longer when it is back', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ ...plain, '--target': backend.url });
  const watcher = new Watcher(proxy);
  await backend.stopListening();
  Crowd.start(proxy.port, { clients: 4 });
  const finding = await watcher.found('upstream-down');
  expect(finding).toMatchObject({ severity: 'critical', upstream: backend.url });
  expect(finding.cause).toContain('nothing listens there');
  expect(finding.evidence[0]?.what).toBe('connections refused');
  await backend.startListening();
  await watcher.until('no finding', (findings) => findings.length === 0);
  expect(watcher.rules).toEqual(['upstream-down']);
});

test('A name without an address is told apart from a refusal', async () => {
  const { finding, rules } = await find(
    { flags: { ...plain, '--target': 'http://no-such-name.invalid' }, crowd: { clients: 2 } },
    'upstream-down',
  );
  expect(finding.evidence[0]?.what).toBe('names without an address');
  expect(rules).toEqual(['upstream-down']);
});

test('Errors of the upstream are found as such', async () => {
  const backend = await startTestBackend({ latency: '10ms', status: '500@0.2' });
  const { finding, rules } = await find(
    { flags: { ...plain, '--target': backend.url }, crowd: { clients: 4 } },
    'upstream-errors',
  );
  expect(finding).toMatchObject({ severity: 'warning', upstream: backend.url });
  expect(rules).toEqual(['upstream-errors']);
});

test('An event loop that others keep busy is found, and not what is slow of it', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ ...plain, '--target': backend.url });
  const hog = setInterval(() => {
    const until = performance.now() + 150;
    while (performance.now() < until);
  }, 1);
  onTestFinished(() => clearInterval(hog));
  const watcher = new Watcher(proxy, { seesEventLoop: true });
  Crowd.start(proxy.port, { clients: 4 });
  await watcher.found('proxy-busy');
  expect(watcher.rules).toEqual(['proxy-busy']);
});
