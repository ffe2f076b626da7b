import type { ComparisonRow } from '@spillway/statistics';
import type { ReportComparison } from './compare-reports.ts';

/** The comparison as lines for a terminal: a row a measure, then the verdict. */
export function comparisonTable(comparison: ReportComparison): string {
  if (comparison.verdict === 'refused') {
    return [
      'These runs are not comparable:',
      ...comparison.reasons.map((line) => `  ${line}`),
    ].join('\n');
  }
  const { rows, verdict, reason, notes } = comparison;
  const head = ['', 'base', 'head', 'change', 'chance', ''];
  const cells = [head, ...rows.map(rowCells)];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const table = cells.map((row) =>
    row
      .map((cell, column) =>
        column === 0 || column === 5
          ? cell.padEnd(widths[column]!)
          : cell.padStart(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  );
  return [...table, '', ...notes, reason ?? sentences[verdict]].join('\n');
}

const sentences = {
  passed: 'No regression.',
  regression: 'Regression: a change that is neither chance nor small.',
  inconclusive: 'Nothing can be concluded.',
} as const;

function rowCells(row: ComparisonRow): string[] {
  const change = row.ratio === null ? '-' : `${signed(100 * (row.ratio - 1))} %`;
  return [
    row.name,
    formatValue(row.baseMedian, row.unit),
    formatValue(row.headMedian, row.unit),
    change,
    row.probability < 0.001 ? '< 0.1 %' : `${(100 * row.probability).toFixed(1)} %`,
    row.verdict,
  ];
}

const signed = (percent: number) => `${percent < 0 ? '' : '+'}${percent.toFixed(1)}`;

function formatValue(value: number, unit: string): string {
  if (unit === 's') return `${(1_000 * value).toFixed(value < 0.01 ? 2 : 1)} ms`;
  return unit === '/s' ? `${value.toFixed(1)}/s` : `${value.toFixed(2)} ${unit}`;
}
