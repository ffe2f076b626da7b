import { findingSchema } from '@spillway/contracts';
import { diagnose, formatEvidence } from '@spillway/diagnosis';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { proxyOptions } from '../../src/config/proxy-options.ts';
import { configFromFlags } from '../kit/config-from-flags.ts';
import { anySeries } from './any-series.ts';

const flags = new Set(Object.values(proxyOptions.options).map(({ flag }): string => flag));

test('Whatever a proxy shows, findings are whole, their numbers finite, and their changes can be typed', () => {
  const found = new Set<string>();
  const typed = new Set<string>();
  fc.assert(
    fc.property(anySeries, (series) => {
      for (const finding of diagnose(series)) {
        found.add(finding.rule);
        expect(findingSchema.parse(finding)).toEqual(finding);
        for (const evidence of finding.evidence) {
          expect(formatEvidence(evidence)).not.toMatch(/NaN|Infinity|null|undefined/);
        }
        for (const { flag, to } of finding.changes) {
          expect(flags).toContain(flag);
          if (typed.has(`${flag} ${to}`)) continue;
          typed.add(`${flag} ${to}`);
          configFromFlags({ '--target': 'http://127.0.0.1:1', [flag as `--${string}`]: to });
        }
      }
    }),
    { numRuns: 6000, seed: 3 },
  );
  // Otherwise the property says little.
  expect([...found].sort(), 'rules that found anything').toHaveLength(26);
  expect(new Set([...typed].map((change) => change.split(' ')[0])).size).toBe(11);
});
