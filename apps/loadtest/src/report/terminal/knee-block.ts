import type { LoadReport } from '@spillway/contracts';
import { formatNumber, formatPercent, formatSeconds } from '@spillway/quantities';
import { wrapText } from '@spillway/terminal';
import type { ChalkInstance } from 'chalk';
import { warningLines } from './warning-lines.ts';

const reasons = {
  gain_below_5_percent: 'more brought less than 5 %',
  errors_above_1_percent: 'more than 1 % failed',
  max_concurrency: 'that was --max-concurrency',
  interrupted: 'it was interrupted',
} as const;

/** Steps, knee and advice of --find-knee; empty without. */
export function kneeBlock({ knee }: LoadReport, colour: ChalkInstance): string {
  if (knee === null) return '';
  const cells = (all: readonly string[]): string =>
    all.map((text, n) => text.padStart(n < 6 ? 10 : 14)).join('');
  const head = cells(['at once', 'good/s', 'errors', 'p50', 'p95', 'p99', 'rate x mean']);
  const rows = knee.steps.map((step) =>
    cells([
      formatNumber(step.concurrency),
      formatNumber(step.ok_per_second),
      formatPercent(step.errors),
      formatSeconds(step.p50),
      formatSeconds(step.p95),
      formatSeconds(step.p99),
      formatNumber(step.little),
    ]),
  );
  const { little, kneedle, usl } = knee.estimates;
  const estimates = [
    `Little ${formatNumber(little)}`,
    ...(kneedle === null ? [] : [`kneedle ${formatNumber(kneedle)}`]),
    ...(usl === null ? [] : [`USL ${formatNumber(usl.knee)} (R² ${usl.r2.toFixed(3)})`]),
  ];
  return [
    colour.dim(head),
    ...rows,
    '',
    wrapText(`knee: ${estimates.join(', ')}; stopped because ${reasons[knee.stopped_because]}`),
    `advice: ${colour.bold(knee.advice.line)}`,
    ...(knee.warnings.length > 0 ? [warningLines(knee.warnings, colour)] : []),
  ].join('\n');
}
