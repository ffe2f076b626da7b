import type { Evidence } from '@spillway/contracts';
import { expect, test } from 'vitest';
import { formatEvidence } from './format-evidence.ts';

test.each<[Evidence, string]>([
  [{ what: 'p95 to the first byte', value: 1.2, unit: 'seconds' }, 'p95 to the first byte 1.2 s'],
  [{ what: 'p50', value: 0.0125, unit: 'seconds' }, 'p50 12.5 ms'],
  [{ what: 'p50', value: 0.0004, unit: 'seconds' }, 'p50 400 µs'],
  [{ what: '--read-timeout', value: 120, unit: 'seconds' }, '--read-timeout 2m'],
  [{ what: 'timeouts', value: 7.04, unit: 'percent' }, 'timeouts 7.04 %'],
  [{ what: 'requests', value: 3.25, unit: 'per_second' }, 'requests 3.25/s'],
  [{ what: 'refused', value: 1234, unit: 'requests' }, 'refused 1,234'],
])('%j reads "%s"', (evidence, text) => {
  expect(formatEvidence(evidence)).toBe(text);
});
