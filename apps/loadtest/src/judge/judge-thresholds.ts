import type { LoadReport } from '@spillway/contracts';
import type { Operator, Threshold } from './threshold.ts';

export type ThresholdRow = LoadReport['thresholds'][number];

const holds: Readonly<Record<Operator, (actual: number, limit: number) => boolean>> = {
  '>': (actual, limit) => actual > limit,
  '>=': (actual, limit) => actual >= limit,
  '<': (actual, limit) => actual < limit,
  '<=': (actual, limit) => actual <= limit,
};

/**
 * The rows of the report: failed where a condition of --fail-if holds. A value that could not be measured, as the
 * p95 of a run without a good answer, fails too: what nobody saw is no reason to pass.
 */
export function judgeThresholds(
  thresholds: readonly Threshold[],
  report: LoadReport,
): ThresholdRow[] {
  return thresholds.map(({ expression, metric, operator, limit }) => {
    const actual = metric.read(report);
    return { expression, actual, passed: actual !== null && !holds[operator](actual, limit) };
  });
}
