import type { Comparison, ComparisonRow } from '@spillway/statistics';

const heading = ['', 'base', 'head', 'change', 'chance', 'verdict'];

/** The rows of the table, heading first. */
export function comparisonCells(comparison: Comparison): string[][] {
  return [heading, ...comparison.rows.map(cellsOf)];
}

function cellsOf(row: ComparisonRow): string[] {
  const value = (number: number) => `${number.toFixed(number < 100 ? 2 : 0)} ${row.unit}`;
  const percent = row.ratio === null ? null : 100 * (row.ratio - 1);
  return [
    row.name,
    value(row.baseMedian),
    value(row.headMedian),
    percent === null ? '-' : `${percent < 0 ? '' : '+'}${percent.toFixed(1)} %`,
    row.probability < 0.001 ? '< 0.1 %' : `${(100 * row.probability).toFixed(1)} %`,
    row.verdict,
  ];
}

/** One sentence, for the last line and for the summary. */
export function verdictSentence({ verdict, reason, rows }: Comparison): string {
  if (verdict === 'inconclusive') return reason ?? 'Nothing can be concluded.';
  if (verdict === 'passed') return 'No regression.';
  const worse = rows.filter((row) => row.verdict === 'worse').map(({ name }) => name);
  return `Regression in ${worse.join(', ')}: more than 10 %, and not by chance.`;
}

/** The comparison in Markdown, for a workflow's step summary. */
export function markdownSummary(comparison: Comparison, setting: string): string {
  const [head = [], ...rows] = comparisonCells(comparison);
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const rule = line(head.map((_, column) => (column === 0 ? '---' : '---:')));
  return [
    '## Benchmark: base and head in turns',
    '',
    `**${verdictSentence(comparison)}**`,
    '',
    ...[line(head), rule, ...rows.map(line)],
    '',
    `${setting}. Medians over rounds; \`chance\` is the probability of such a difference between equal builds.`,
    '',
  ].join('\n');
}
