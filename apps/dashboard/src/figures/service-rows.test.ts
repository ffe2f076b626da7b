import type { Finding } from '@spillway/contracts';
import { idleUpstream, servicesWith } from '@spillway/contracts/testing';
import { expect, test } from 'vitest';
import { serviceRows } from './service-rows.ts';

const finding = (part: Partial<Finding>): Finding => ({
  ...{ rule: 'upstream-slow', severity: 'hint', upstream: null, symptom: 'slow', evidence: [] },
  ...{ cause: '', remedy: '', changes: [], for_seconds: 1 },
  ...part,
});

const open = {
  ...idleUpstream,
  breaker: { state: 'open' as const, consecutive_failures: 5, retry_in: 3, opened_total: 1 },
};

test('Services in trouble come first, with the worst finding of their own', () => {
  const services = servicesWith({
    calm: {},
    slow: {},
    down: { status: 'unhealthy', upstreams: [open, idleUpstream] },
    shed: { metrics: { available_slots: 42 } },
  });
  const rows = serviceRows({ services }, [
    finding({ rule: 'memory-high', severity: 'critical' }),
    finding({ rule: 'too-much-asked', severity: 'warning', service: 'shed' }),
    finding({ service: 'shed' }),
    finding({ service: 'slow' }),
  ]);
  expect(rows.map(({ name, worst }) => [name, worst?.rule ?? null])).toEqual([
    ['shed', 'too-much-asked'],
    ['slow', 'upstream-slow'],
    ['down', null],
    ['calm', null],
  ]);
  expect(rows[0]).toMatchObject({ inFlight: 8, targets: { words: '1 closed', tone: 'fine' } });
  expect(rows[2]?.targets).toEqual({ words: '1 of 2 open', tone: 'critical' });
  expect(serviceRows({}, [])).toEqual([]);
});
