import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ask, send, startTestBackend } from '../admission/ask.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { type Family, parsePrometheus, type Sample } from './prometheus-parser.ts';

async function textAfterSomeTraffic(query = '?format=prometheus'): Promise<string> {
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
  const response = await ask(proxy, { path: `/proxy-metrics${query}` });
  gone.destroy();
  return response.body.toString();
}

const family = (families: Map<string, Family>, name: string): Family => {
  const found = families.get(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};
/** The samples of each upstream, or all in one where there is no such label. */
const byUpstream = (samples: readonly Sample[]): Sample[][] =>
  [...new Set(samples.map(({ labels }) => labels.upstream))].map((upstream) =>
    samples.filter(({ labels }) => labels.upstream === upstream),
  );
const only = ({ samples }: Family): number => {
  expect(samples).toHaveLength(1);
  return (samples[0] as Sample).value;
};

/** With a limit that is auto, or several services. */
const notAlways = new Set([
  'spillway_concurrency_limit_min',
  'spillway_concurrency_limit_max',
  'spillway_unrouted_requests_total',
  'spillway_unlisted',
  'spillway_certificate_expiry_timestamp_seconds',
  'spillway_service_health',
  'spillway_upstream_limit',
  'spillway_upstream_health_checks_total',
]);

test('The Prometheus text is well-formed, and its counters are named so', async () => {
  const families = parsePrometheus(await textAfterSomeTraffic());
  expect(families.size).toBeGreaterThan(12);
  for (const [name, { type, samples }] of families) {
    expect(name).toMatch(/^(?:spillway|process|nodejs)_[a-z0-9_]+$/);
    expect(name.endsWith('_total'), `${name} is a ${type}`).toBe(type === 'counter');
    expect(samples.length > 0, name).toBe(!notAlways.has(name));
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
  expect(only(family(families, 'spillway_concurrency_limit'))).toBe(50);
  expect(only(family(families, 'spillway_queue_limit'))).toBe(100);
  expect(only(family(families, 'process_start_time_seconds'))).toBeGreaterThan(1.7e9);
  const attempts = family(families, 'spillway_upstream_attempts_total').samples;
  const ended = (name: string) =>
    attempts
      .filter(({ labels }) => labels.outcome === name)
      .reduce((sum, { value }) => sum + value, 0);
  expect([ended('ok'), ended('upstream_error'), ended('connection_terminated')]).toEqual([4, 3, 2]);
});

test('A state is 1 and all others are 0', async () => {
  const families = parsePrometheus(await textAfterSomeTraffic());
  const health = family(families, 'spillway_health').samples;
  expect(health.map(({ labels, value }) => [labels.status, value])).toEqual([
    ['healthy', 1],
    ['degraded', 0],
    ['unhealthy', 0],
    ['draining', 0],
  ]);
  const breakers = family(families, 'spillway_upstream_breaker_state').samples;
  expect(byUpstream(breakers)).toHaveLength(2);
  for (const states of byUpstream(breakers)) {
    expect(states.map(({ labels, value }) => [labels.state, value])).toEqual([
      ['closed', 1],
      ['half_open', 0],
      ['open', 0],
    ]);
  }
});

test('Histograms are cumulative, end at +Inf and agree with their count and sum', async () => {
  const families = parsePrometheus(await textAfterSomeTraffic());
  const histograms = [...families].filter(([, { type }]) => type === 'histogram');
  expect(histograms.map(([name]) => name)).toEqual([
    'spillway_response_seconds',
    'spillway_queue_wait_seconds',
    'spillway_upstream_first_byte_seconds',
    'spillway_upstream_service_seconds',
  ]);
  for (const [name, { samples }] of histograms) {
    let counted = 0;
    for (const of of byUpstream(samples)) {
      const buckets = of.filter((sample) => sample.name === `${name}_bucket`);
      const bounds = buckets.map(({ labels }) =>
        Number((labels.le as string).replace('Inf', 'Infinity')),
      );
      expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
      expect(bounds.slice(-2)).toEqual([600, Infinity]);
      const counts = buckets.map(({ value }) => value);
      expect(counts).toEqual([...counts].sort((a, b) => a - b));
      const value = (suffix: string) => of.find((s) => s.name === `${name}${suffix}`)?.value;
      expect(value('_count')).toBe(counts.at(-1));
      expect(value('_sum')).toBeGreaterThanOrEqual(0);
      counted += value('_count') as number;
    }
    // 7 requests in 9 attempts, of which 2 broke off before their first byte.
    const first = name === 'spillway_upstream_first_byte_seconds';
    expect(counted, name).toBe(name.startsWith('spillway_upstream') && !first ? 9 : 7);
  }
});

test('OpenMetrics has the same samples, units, families without _total, and an end', async () => {
  const text = await textAfterSomeTraffic('?format=openmetrics');
  const lines = text.split('\n');
  expect(lines.slice(-2)).toEqual(['# EOF', '']);
  expect(lines.indexOf('# EOF')).toBe(lines.length - 2);
  expect(text).toContain(
    '# TYPE spillway_received_bytes counter\n# UNIT spillway_received_bytes bytes\n# HELP ',
  );
  expect(text).toContain('\nspillway_received_bytes_total 100\n');
  expect(text).toContain('# TYPE spillway_build info\n');
  expect(text).not.toMatch(/^# (TYPE|UNIT|HELP) \S+_(total|info) /m);
  for (const [, name, unit] of text.matchAll(/^# UNIT (\S+) (\S+)$/gm)) {
    expect(name?.endsWith(`_${unit}`), name).toBe(true);
  }
  const nameOf = (line: string) => line.replace(/ \S+$/, '');
  const samplesIn = (exposition: string) =>
    exposition
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      // The backends of each run have ports of their own.
      .map((line) => nameOf(line).replaceAll(/127\.0\.0\.1:\d+/g, 'host'));
  expect(samplesIn(text)).toEqual(samplesIn(await textAfterSomeTraffic()));
});

test('The limit, the line, the classes and what is shed are told by name', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 'auto',
    '--auto-min': 20,
    '--auto-max': 20,
    '--max-queue-size': 0,
    '--priority-class': 'high=10%',
    '--priority-header': 'x-class',
    '--max-client-connections': 20,
  });
  const clients = [];
  for (let i = 0; i < 18; i++) clients.push(await send(proxy));
  await backend.waitFor(({ hanging }) => hanging === 18);
  await ask(proxy);
  await eventually(() => expect(proxy.instance.selfProtection.overload).not.toBeNull());
  const { body } = await ask(proxy, { path: '/proxy-metrics?format=prometheus' });
  const families = parsePrometheus(body.toString());
  const labelled = (name: string) =>
    family(families, `spillway_${name}`).samples.map(({ labels, value }) => [
      ...Object.values(labels),
      value,
    ]);
  expect(labelled('concurrency_limit_min')).toEqual([[20]]);
  expect(labelled('concurrency_limit_max')).toEqual([[20]]);
  expect(labelled('class_active')).toEqual([
    ['default', 18],
    ['high', 0],
  ]);
  expect(labelled('class_reserved')).toEqual([
    ['default', 0],
    ['high', 2],
  ]);
  expect(labelled('queue_order')).toEqual([
    ['fifo', 1],
    ['lifo', 0],
  ]);
  expect(labelled('refusals_total')).toContainEqual(['queue_full', 1]);
  const [eventLoop, memory, connections] = labelled('shed_ratio');
  expect([eventLoop, memory]).toEqual([
    ['event_loop', 0],
    ['memory', 0],
  ]);
  expect(Number(connections?.[1])).toBeGreaterThan(0);
  for (const client of clients) client.destroy();
});

const promtool = spawnSync('promtool', ['--version']).status === 0;
test.skipIf(!promtool)('promtool finds nothing to say about the Prometheus text', async () => {
  const input = await textAfterSomeTraffic();
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input });
  expect(`${stdout}${stderr}`).toBe('');
  expect(status).toBe(0);
});
