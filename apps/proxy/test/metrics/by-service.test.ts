import { healthSchema, metricsSnapshotSchema } from '@spillway/contracts';
import { expect, test } from 'vitest';
import { expositionText, prometheusFormat } from '../../src/own/exposition/text-format.ts';
import { ask, startTestBackend } from '../admission/ask.ts';
import { configFile } from '../kit/config-file.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { parsePrometheus, type Sample } from './prometheus-parser.ts';

/** One service that fails, one that does well, and requests that no route takes. */
async function startTwo(): Promise<{ proxy: TestGateway; urls: readonly string[] }> {
  const [good, bad, spare] = [
    await startTestBackend(),
    await startTestBackend({ status: '500' }),
    await startTestBackend(),
  ];
  const urls = [good.url, bad.url, spare.url];
  const config = configFile({
    services: {
      models: { targets: [bad.url], max_concurrent_requests: 8 },
      reports: { targets: [good.url, spare.url] },
    },
    routes: [
      { path: '/models/', service: 'models' },
      { path: '/reports/', service: 'reports' },
    ],
  });
  const proxy = await startGateway({
    '--config': config,
    '--max-retries': 0,
    '--circuit-breaker-threshold': 0,
  });
  return { proxy, urls };
}

const askAll = async (proxy: TestGateway): Promise<void> => {
  for (const path of ['/models/', '/models/', '/reports/', '/nowhere']) await ask(proxy, { path });
};

const samplesNamed = (text: string, name: string): readonly Sample[] => {
  const found = parsePrometheus(text).get(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found.samples;
};
const sum = (samples: readonly Sample[]) => samples.reduce((total, { value }) => total + value, 0);

test('Every sample of a service has its name, and those of the process have none', async () => {
  const { proxy, urls } = await startTwo();
  await askAll(proxy);
  const { body } = await ask(proxy, { path: '/proxy-metrics?format=prometheus' });
  const text = body.toString();
  const limits = samplesNamed(text, 'spillway_concurrency_limit');
  expect(limits.map(({ labels, value }) => [labels, value])).toEqual([
    [{ service: 'models' }, 8],
    [{ service: 'reports' }, 50],
  ]);
  expect(samplesNamed(text, 'spillway_upstream_active').map(({ labels }) => labels)).toEqual([
    { service: 'models', upstream: urls[1] },
    { service: 'reports', upstream: urls[0] },
    { service: 'reports', upstream: urls[2] },
  ]);
  expect(samplesNamed(text, 'spillway_draining').map(({ labels }) => labels)).toEqual([{}]);
  const unlisted = samplesNamed(text, 'spillway_unlisted');
  expect(unlisted.map(({ labels, value }) => [labels.kind, value])).toEqual([
    ['service', 0],
    ['target', 0],
  ]);
});

test('Beyond the budget of label values counters and histograms are summed, and gauges left out', async () => {
  const { proxy } = await startTwo();
  await askAll(proxy);
  const snapshot = metricsSnapshotSchema.parse(proxy.instance.metrics.snapshot());
  const sources = proxy.instance.services.map((service) => ({
    snapshot: { ...snapshot, ...snapshot.services?.[service.name] },
    service,
  }));
  const whole = expositionText(sources, prometheusFormat);
  const text = expositionText(sources, prometheusFormat, { services: 1, targets: 1 });
  const attempts = samplesNamed(text, 'spillway_upstream_attempts_total');
  const names = new Set(attempts.map(({ labels }) => `${labels.service} ${labels.upstream}`));
  expect([...names]).toEqual([
    `models ${proxy.service.upstreams.all[0]?.origin}`,
    '(other) (other)',
  ]);
  for (const name of ['spillway_upstream_attempts_total', 'spillway_upstream_service_seconds']) {
    expect(sum(samplesNamed(text, name)), name).toBeCloseTo(sum(samplesNamed(whole, name)));
  }
  expect(samplesNamed(text, 'spillway_queue_limit').map(({ labels }) => labels)).toEqual([
    { service: 'models' },
  ]);
  const fewTargets = expositionText(sources, prometheusFormat, { services: 2, targets: 2 });
  expect(samplesNamed(fewTargets, 'spillway_upstream_active')).toHaveLength(2);
});

test('/proxy-health tells which service is in trouble', async () => {
  const { proxy, urls } = await startTwo();
  for (let polls = 0; polls < 4; polls++) {
    for (let i = 0; i < 5; i++) {
      await ask(proxy, { path: '/models/' });
      await ask(proxy, { path: '/reports/' });
    }
    proxy.instance.history.look();
  }
  const { body } = await ask(proxy, { path: '/proxy-health' });
  const { findings } = healthSchema.parse(JSON.parse(body.toString()));
  // A busy machine may add that the proxy itself is late.
  const errors = findings.filter(({ rule }) => rule === 'upstream-errors');
  expect(errors).toMatchObject([{ service: 'models', upstream: urls[1] }]);
});
