import { expect, onTestFinished, test } from 'vitest';
import { startTestBackend } from '../admission/ask.ts';
import { ProxyProcess } from '../lifecycle/proxy-process.ts';
import { Crowd } from './crowd.ts';
import { find, plain, rulesAfter } from './scenario.ts';
import { Watcher } from './watcher.ts';

/** A proxy in a process of its own, and what is found when ten clients ask it. */
async function watchProcess(flags: readonly string[], environment: Record<string, string> = {}) {
  const backend = await startTestBackend({ latency: '10ms' });
  const proxy = await ProxyProcess.start(['--target', backend.url, ...flags], { environment });
  const watcher = new Watcher(proxy);
  return { proxy, watcher, crowd: Crowd.start(proxy.port, { clients: 10 }) };
}

test('A proxy that sheds for want of memory says so, and one that sheds nothing has no finding', async () => {
  const little = { NODE_OPTIONS: '--max-old-space-size=48' };
  const shedding = await watchProcess(['--shed-memory', '10%'], little);
  const finding = await shedding.watcher.found('memory-high');
  await shedding.crowd.stop();
  expect(finding).toMatchObject({ severity: 'warning', upstream: null, changes: [] });
  expect(shedding.watcher.rules).toEqual(['memory-high']);
  const refused = finding.evidence.find(({ what }) => what === 'refused because of it');
  expect(refused?.value).toBeGreaterThan(0);

  const letting = await watchProcess(['--shed-memory', 'none'], little);
  expect(await letting.watcher.seen(200)).toEqual([]);
});

test('A proxy whose processor is taken away sheds, and that is found, not what is slow of it', async () => {
  const { proxy, watcher } = await watchProcess(['--shed-event-loop-delay', '50ms']);
  const thief = setInterval(() => {
    proxy.signal('SIGSTOP');
    setTimeout(() => proxy.signal('SIGCONT'), 200);
  }, 300);
  onTestFinished(() => clearInterval(thief));
  const finding = await watcher.found('proxy-busy');
  expect(finding).toMatchObject({ severity: 'warning', upstream: null, changes: [] });
  const refused = finding.evidence.find(({ what }) => what === 'refused because of it');
  expect(refused?.value).toBeGreaterThan(0);
  expect(watcher.rules).toEqual(['proxy-busy']);
  clearInterval(thief);
  await watcher.until('no finding', (findings) => findings.length === 0);
  expect(watcher.rules).toEqual(['proxy-busy']);
});

test('More connections than there may be: requests are shed, and as many more let all in', async () => {
  const backend = await startTestBackend({ latency: '10ms' });
  const scenario = {
    flags: { ...plain, '--target': backend.url, '--max-client-connections': 12 },
    crowd: { clients: 10 },
  };
  const { finding, rules } = await find(scenario, 'connections-high');
  expect(finding).toMatchObject({ severity: 'warning', upstream: null, changes: [] });
  expect(finding.evidence).toContainEqual({
    what: '--max-client-connections',
    value: 12,
    unit: 'count',
  });
  expect(rules).toEqual(['connections-high']);

  const roomier = { ...scenario, flags: { ...scenario.flags, '--max-client-connections': 24 } };
  expect(await rulesAfter(roomier, finding)).toEqual([]);
});
