import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';
import { describe, expect, it } from 'vitest';
import { ask, startTestBackend } from '../admission/ask.ts';
import { dashboardQueries } from '../deploy/dashboard.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { hasPrometheus, PrometheusServer } from './prometheus-server.ts';

async function sendSome(proxy: TestGateway): Promise<void> {
  for (const path of ['/', '/', '/', '/?status=500', '/bytes/1000']) await ask(proxy, { path });
}

/** For everything that the dashboard's variables choose. */
const withoutVariables = (query: string): string =>
  query
    .replaceAll('$__rate_interval', '20s')
    .replaceAll('$job', 'spillway')
    .replaceAll('$instance', '.*')
    .replaceAll('$service', '.*');

describe.skipIf(!hasPrometheus)('Prometheus', () => {
  it('scrapes the proxy, and answers with what was sent', async () => {
    const backend = await startTestBackend();
    const proxy = await startGateway({ '--target': backend.url });
    const prometheus = await PrometheusServer.start([{ name: 'spillway', port: proxy.port }]);
    await sendSome(proxy);
    const outcomes = await prometheus.query(
      'spillway_requests_total > 0',
      (series) => series.length === 2 && series.some(({ value }) => value[1] === '4'),
    );
    const counts = outcomes.map(({ metric, value }) => [metric.outcome, value[1]]);
    expect(Object.fromEntries(counts)).toEqual({ ok: '4', upstream_error: '1' });
    const [seen] = await prometheus.query(
      'histogram_quantile(0.5, spillway_response_seconds_bucket)',
      (series) => series.length === 1 && Number(series[0]?.value[1]) > 0,
    );
    expect(Number(seen?.value[1])).toBeLessThan(600);
    await prometheus.query('up{job="spillway"}', ([up]) => up?.value[1] === '1');

    // Units are told by OpenMetrics alone: it is what Prometheus asks for, and takes.
    const metadata = await prometheus.get(
      '/api/v1/targets/metadata?metric=spillway_queue_wait_seconds',
    );
    expect(metadata?.data).toMatchObject([{ type: 'histogram', unit: 'seconds' }]);
  });

  it('scrapes the listener of its own with the token, and gets nothing without', async () => {
    const backend = await startTestBackend();
    const cwd = temporaryDirectory();
    const credentialsFile = join(cwd, 'token');
    writeFileSync(credentialsFile, 's3cret\n');
    const proxy = await startGateway({
      '--target': backend.url,
      '--admin-port': 0,
      '--admin-token-file': credentialsFile,
    });
    const { port } = proxy.running.admin;
    const prometheus = await PrometheusServer.start([
      { name: 'spillway', port, credentialsFile },
      { name: 'stranger', port },
      { name: 'public', port: proxy.port, credentialsFile },
    ]);
    await sendSome(proxy);
    // The scrapes where clients connect are forwarded, and count too.
    await prometheus.query(
      'spillway_requests_total{outcome="ok"}',
      (series) => series.length === 1 && Number(series[0]?.value[1]) >= 4,
    );
    const up = await prometheus.query('up', (series) => series.length === 3);
    expect(Object.fromEntries(up.map(({ metric, value }) => [metric.job, value[1]]))).toEqual({
      spillway: '1',
      stranger: '0',
      public: '0',
    });
  });

  it('answers every query of the dashboard', async () => {
    const backend = await startTestBackend();
    const proxy = await startGateway({
      '--target': backend.url,
      // Tells its bounds too.
      '--max-concurrent-requests': 'auto',
    });
    const prometheus = await PrometheusServer.start([{ name: 'spillway', port: proxy.port }]);
    await prometheus.query('up', ([up]) => up?.value[1] === '1');
    await sendSome(proxy);
    await prometheus.query(
      'rate(spillway_requests_total{outcome="ok"}[20s]) > 0',
      (s) => s.length > 0,
    );
    for (const query of dashboardQueries()) {
      // What is filtered, or there is only with TLS, may be empty, but has to be a query.
      const mayBeEmpty = query.endsWith('> 0') || query.includes('spillway_certificate_');
      await prometheus.query(withoutVariables(query), ({ length }) => mayBeEmpty || length > 0);
    }
  });
});
