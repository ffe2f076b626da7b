import type { LoadReport } from '@spillway/contracts';
import { newHistogram, recordMs } from '../../src/record/histogram.ts';
import { latencyOf } from '../../src/record/latency.ts';

export interface MadeOf {
  /** Of the good answers. */
  readonly latenciesMs: readonly number[];
  readonly counts?: Partial<LoadReport['counts']>;
  readonly seconds?: number;
}

/** A report as a closed run of 10 s would write it: all good unless `counts` says otherwise. */
export function makeReport(made: MadeOf, more: Partial<LoadReport> = {}): LoadReport {
  const good = newHistogram();
  for (const ms of made.latenciesMs) recordMs(good, ms);
  const ok = made.latenciesMs.length;
  const duration = made.seconds ?? 10;
  const outcomes = {
    ok,
    status: 0,
    timeout: 0,
    refused: 0,
    local: 0,
    reset: 0,
    truncated: 0,
    protocol_error: 0,
    unfinished: 0,
    ...made.counts?.outcomes,
  };
  const sent = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  const ended = sent - outcomes.unfinished;
  return {
    schema: 1,
    version: '0.1.0',
    url: 'http://127.0.0.1:8080/',
    started_at: '2026-01-01T00:00:00.000Z',
    host: { cpus: 2, cpu: 'Example 3000', node: 'v26.0.0', platform: 'linux' },
    model: 'closed',
    options: { concurrent: 10, duration: 10, timeout: 30 },
    duration,
    counts: {
      statuses: { 200: ok },
      proxy_outcomes: {},
      local_errors: {},
      dropped: 0,
      ...made.counts,
      sent,
      outcomes,
    },
    rates: {
      requests_per_second: ended / duration,
      ok_per_second: ok / duration,
      received_bytes_per_second: (ok * 100) / duration,
    },
    received_bytes: ok * 100,
    success_rate: ended > 0 ? (100 * ok) / ended : 0,
    latency: { good: latencyOf(good), all: latencyOf(good), service: null, lateness: null },
    seconds: [],
    generator: { event_loop_utilization: 0.3, event_loop_delay_p99: 0.002, verdict: 'healthy' },
    thresholds: [],
    knee: null,
    proxy_check: null,
    warnings: [],
    verdict: 'passed',
    ...more,
  };
}
