import { TimerWheel } from '@spillway/core';
import { ManualTime } from '@spillway/core/testing';
import { expect, test } from 'vitest';
import { configFromFlags } from '../../../test/kit/config-from-flags.ts';
import { Addresses } from './addresses.ts';
import { makeOutlierDetector } from './balance.ts';
import { Upstream } from './upstream.ts';

test('A snapshot that finds the calls slow shows the breaker open throughout', () => {
  const time = new ManualTime();
  const slowMs = 1000;
  const wheel = new TimerWheel(time);
  const addresses = new Addresses('127.0.0.1', {
    lookup: () => {},
    refreshMs: 1000,
    patienceMs: 1000,
    wheel,
  });
  const upstream = new Upstream({
    endpoint: {
      ...{ name: 'http://backend.test', scheme: 'http', authority: 'backend.test', base: '' },
      destination: {
        hostname: 'backend.test',
        port: 80,
        addresses,
        tls: null,
        timeoutMs: 1000,
        maxHeaderBytes: 1024,
        engine: 'node',
      },
      ...{ weight: 1, limit: Infinity, rank: 0 },
    },
    maxConnections: 1,
    maxIdle: 1,
    idleTimeoutMs: 1000,
    maxConnectionAgeMs: Infinity,
    breaker: {
      threshold: 0,
      rules: { slow_call_rate: { share: 0.5, slowMs, windowMs: 10_000, minimumCalls: 1 } },
      openMs: 30_000,
      probes: 1,
      probeLeaseMs: 1000,
    },
    wheel,
    outliers: makeOutlierDetector(configFromFlags({})),
    since: -Infinity,
    listener: {
      onBreakerTransition: () => {},
      onEjected: () => {},
      onReadmitted: () => {},
      onHealthChanged: () => {},
      onChanged: () => {},
    },
  });
  upstream.breaker.acquire();
  time.advance(slowMs);
  expect(upstream.snapshot().breaker).toEqual({
    state: 'open',
    consecutive_failures: 0,
    retry_in: 30,
    opened_total: 1,
  });
});
