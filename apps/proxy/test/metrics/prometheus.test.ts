import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ask, send, startTestBackend } from '../admission/ask.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { type Family, parsePrometheus, type Sample } from './prometheus-parser.ts';

async function textAfterSomeTraffic(): Promise<string> {
  const backend = await startTestBackend();
  const other = await startTestBackend();
  const proxy = await startGateway({
    '--target': [backend.url, other.url],
    '--max-retries': 1,
  });
  for (const path of ['/', '/a', '/?status=500', '/?status=503', '/?fault=reset', '/bytes/10000']) {
    await ask(proxy, { path });
  }
  await ask(proxy, { method: 'POST', path: '/upload', body: 'x'.repeat(100) });
  const gone = await send(proxy, { path: '/?latency=1h' });
  await Promise.race([backend, other].map((one) => one.waitFor(({ active }) => active === 1)));
  const response = await ask(proxy, { path: '/proxy-metrics?format=prometheus' });
  gone.destroy();
  return response.body.toString();
}

const family = (families: Map<string, Family>, name: string): Family => {
  const found = families.get(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};
const only = ({ samples }: Family): number => {
  expect(samples).toHaveLength(1);
  return (samples[0] as Sample).value;
};

test('The Prometheus text is well-formed, and its counters are named so', async () => {
  const families = parsePrometheus(await textAfterSomeTraffic());
  expect(families.size).toBeGreaterThan(12);
  for (const [name, { type, samples }] of families) {
    expect(name).toMatch(/^spillway_[a-z0-9_]+$/);
    expect(name.endsWith('_total'), `${name} is a ${type}`).toBe(type === 'counter');
    expect(samples.length, name).toBeGreaterThan(0);
    for (const { value } of samples) {
      expect(value, name).toBeGreaterThanOrEqual(0);
    }
  }
});

test('The Prometheus numbers are those of the traffic', async () => {
  const families = parsePrometheus(await textAfterSomeTraffic());
  const requests = family(families, 'spillway_requests_total').samples;
  const outcome = (name: string) => requests.find(({ labels }) => labels.outcome === name)?.value;
  expect([outcome('ok'), outcome('upstream_error'), outcome('connection_terminated')]).toEqual([
    4, 2, 1,
  ]);
  expect(only(family(families, 'spillway_retries_total'))).toBe(2);
  expect(only(family(families, 'spillway_requests_active'))).toBe(1);
  expect(only(family(families, 'spillway_queue_size'))).toBe(0);
  expect(only(family(families, 'spillway_slots_available'))).toBe(49);
  expect(only(family(families, 'spillway_received_bytes_total'))).toBe(100);
  expect(family(families, 'spillway_upstream_active').samples).toHaveLength(2);
});

test('Histograms are cumulative, end at +Inf and agree with their count and sum', async () => {
  const families = parsePrometheus(await textAfterSomeTraffic());
  const histograms = [...families].filter(([, { type }]) => type === 'histogram');
  expect(histograms.map(([name]) => name)).toEqual([
    'spillway_response_seconds',
    'spillway_queue_wait_seconds',
  ]);
  for (const [name, { samples }] of histograms) {
    const buckets = samples.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) =>
      Number((labels.le as string).replace('Inf', 'Infinity')),
    );
    expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
    expect(bounds.at(-1)).toBe(Infinity);
    const counts = buckets.map(({ value }) => value);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    const value = (suffix: string) => samples.find((s) => s.name === `${name}${suffix}`)?.value;
    expect(value('_count')).toBe(counts.at(-1));
    expect(value('_count')).toBe(7);
    expect(value('_sum')).toBeGreaterThanOrEqual(0);
  }
});

const promtool = spawnSync('promtool', ['--version']).status === 0;
test.skipIf(!promtool)('promtool finds nothing to say about the Prometheus text', async () => {
  const input = await textAfterSomeTraffic();
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input });
  expect(`${stdout}${stderr}`).toBe('');
  expect(status).toBe(0);
});
