import type { LoadReport } from '@spillway/contracts';
import { formatNumber, formatPercent, formatSeconds } from '@spillway/quantities';

type Threshold = LoadReport['thresholds'][number];

/** What a threshold measured, in the kind of unit that its expression speaks of. */
export function formatMeasured({ expression, actual }: Threshold): string {
  if (actual === null) return 'nothing';
  if (expression.endsWith('%')) return formatPercent(actual);
  return /[\d\s]m?s$/.test(expression) ? formatSeconds(actual) : formatNumber(actual);
}
