import type { Finding, MetricsSnapshot } from '@spillway/contracts';
import { idleUpstream, type PartOf, servicesWith, snapshotWith } from '@spillway/contracts/testing';
import type { Failure } from '../poll/failure.ts';
import type { Reading } from '../poll/reading.ts';
import { advance, unwatched, type WatchedProxy } from '../watch/watched-proxy.ts';

/** When the tests' first poll was. */
export const start = Date.parse('2026-03-01T12:00:00.000Z');

/** A poll so many seconds after the start. */
export function goodReading(
  seconds: number,
  part: PartOf<MetricsSnapshot> = {},
  url = 'http://proxy:8080',
): Reading {
  const uptime = part.process?.uptime ?? 100 + seconds;
  const snapshot = snapshotWith({ ...part, process: { ...part.process, uptime } });
  return {
    url,
    at: start + seconds * 1_000,
    tookMs: 2,
    result: { ok: true, snapshot },
    findings: null,
  };
}

/** Two services: `models` fails and has a finding, `reports` rests. */
export function servicesReading(seconds: number, url?: string): Reading {
  const failed = seconds * 5;
  const models = {
    ...counted(seconds * 20, failed),
    limits: { concurrent_requests: 8, queue_size: 20 },
  };
  const services = servicesWith({
    models: { ...models, metrics: { ...models.metrics, available_slots: 5, queue_size: 3 } },
    reports: {},
  });
  const upstreams = Object.keys(services).map((service) => ({ ...idleUpstream, service }));
  const reading = goodReading(
    seconds,
    { ...counted(seconds * 20, failed), services, upstreams },
    url,
  );
  return { ...reading, findings: [findingOf('models')] };
}

const findingOf = (service: string): Finding => ({
  ...{ rule: 'limit-too-low', severity: 'warning', service, upstream: null },
  symptom: 'The limit is what holds requests up',
  ...{ evidence: [], cause: 'It has room', remedy: 'Raise the limit', for_seconds: 10 },
  changes: [{ flag: '--max-concurrent-requests', from: '8', to: '16' }],
});

export function badReading(
  seconds: number,
  failure: Partial<Failure> = {},
  url = 'http://proxy:8080',
): Reading {
  const whole: Failure = { code: 'refused', detail: 'connect ECONNREFUSED', ...failure };
  const result = { ok: false, failure: whole } as const;
  return { url, at: start + seconds * 1_000, tookMs: 2, result, findings: null };
}

export function watched(readings: readonly Reading[]): WatchedProxy {
  return readings.reduce(advance, unwatched(readings[0]?.url ?? 'http://proxy:8080'));
}

/** `requests` since the proxy's start, of which `failed` were refused by the queue. */
export function counted(requests: number, failed = 0): PartOf<MetricsSnapshot> {
  return {
    metrics: {
      total_requests: requests,
      successful_requests: requests - failed,
      failed_requests: failed,
      queue_rejected: failed,
      outcomes: { ok: requests - failed, queue_full: failed },
    },
  };
}
