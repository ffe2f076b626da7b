import type { Knee, LoadReport } from '@spillway/contracts';
import type { RequestResult } from '../../src/engine/engine.ts';
import { Recorder } from '../../src/record/recorder.ts';
import { summarize } from '../../src/record/summarize.ts';

/** A third of a minute in the open model, with a bad patch in the middle: the same at every call. */
function recorded(): ReturnType<typeof summarize> {
  const recorder = new Recorder({ from: 0, durationMs: 20_000, timeoutMs: 2_000, open: true });
  const events: { at: number; run: () => void }[] = [];
  for (let n = 0; n < 2_000; n += 1) {
    const result = resultOf(n);
    events.push({ at: result.sentAt, run: () => recorder.onSent(result.sentAt) });
    events.push({ at: result.endedAt, run: () => recorder.onEnded(result) });
  }
  for (const { run } of events.sort((a, b) => a.at - b.at)) run();
  for (let n = 0; n < 7; n += 1) recorder.onDropped(9_000);
  return summarize(recorder.state(), 20_000);
}

function resultOf(n: number): RequestResult {
  const intendedAt = n * 10;
  const isBad = n >= 800 && n < 1_000;
  const random = (n * 0.754877666) % 1;
  const tookMs = Math.min(1_900, (isBad ? 300 : 20) * (1 - Math.log(1 - random)));
  const sentAt = intendedAt + (isBad ? 3 : 0.05);
  const base = { intendedAt, sentAt, bytes: 512, proxyOutcome: null, localError: null };
  if (isBad && n % 10 === 0) {
    return { ...base, outcome: 'timeout', status: 0, endedAt: sentAt + 2_003, bytes: 0 };
  }
  if (isBad && n % 3 === 0) {
    const proxyOutcome = n % 2 === 0 ? 'queue_full' : 'breaker_open';
    return { ...base, outcome: 'status', status: 503, endedAt: sentAt + 1, proxyOutcome };
  }
  return { ...base, outcome: 'ok', status: 200, endedAt: sentAt + tookMs };
}

const knee: Knee = {
  steps: [
    [1, 46, 0.0215],
    [2, 89, 0.0222],
    [4, 181, 0.0221],
    [8, 361, 0.0224],
    [16, 380, 0.0421],
    [32, 359, 0.0889],
  ].map(([concurrency = 0, rate = 0, mean = 0]) => ({
    concurrency,
    requests_per_second: rate,
    ok_per_second: rate,
    errors: 0,
    mean,
    p50: mean * 0.97,
    p95: mean * 1.3,
    p99: mean * 1.6,
    little: rate * mean,
  })),
  stopped_because: 'gain_below_5_percent',
  max_requests_per_second: 380,
  min_latency: 0.0215,
  estimates: { little: 8.2, kneedle: 8, usl: { knee: 29, r2: 0.91 } },
  advice: {
    max_concurrent_requests: 9,
    max_queue_size: 370,
    queue_timeout: 0.97,
    read_timeout: 0.11,
    line: 'pnpm proxy --target http://127.0.0.1:9000 --max-concurrent-requests 9 --max-queue-size 370',
  },
  warnings: ['the fit of the scalability law is poor (R² 0.91), and advises nothing'],
};

/** Everything that a report can hold, with names that need escaping wherever text comes from outside. */
export function fixedReport(over: Partial<LoadReport> = {}): LoadReport {
  return {
    schema: 1,
    version: '0.1.0',
    url: 'http://localhost:8080/a?b=<c>&d="e"',
    started_at: '2026-01-02T03:04:05.678Z',
    host: { cpus: 2, cpu: 'Any CPU @ 3.00GHz', node: '26.0.0', platform: 'linux x64' },
    model: 'open',
    options: { rate: 100, duration: '20s', arrivals: 'constant', timeout: '2s' },
    ...recorded(),
    generator: { event_loop_utilization: 0.42, event_loop_delay_p99: 0.002, verdict: 'healthy' },
    thresholds: [
      { expression: 'p95>500ms', actual: 0.6123456, passed: false },
      { expression: 'errors>10%', actual: 4.3, passed: true },
    ],
    knee,
    proxy_check: {
      agrees: true,
      rows: [{ what: 'total_requests', client: 2_000, proxy: 2_003, why: '3 are from elsewhere' }],
    },
    warnings: ['the schedule ran late: <b>up to 3 ms</b>'],
    verdict: 'threshold_missed',
    ...over,
  };
}
