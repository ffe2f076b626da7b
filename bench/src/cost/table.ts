import type { Scenario } from './scenario.ts';
import type { PeerSummary, Range } from './summary.ts';

const range = ({ median, min, max }: Range, digits: number) =>
  `${median.toFixed(digits)} (${min.toFixed(digits)}..${max.toFixed(digits)})`;

/** Rows of equal columns, the first to the left, the others to the right. */
export function alignColumns(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function costTable(
  summaries: PeerSummary[],
  bases: readonly string[],
  unit: Scenario['unit'],
): string {
  const head = [
    'proxy',
    `us CPU/${unit}`,
    ...bases.map((base) => `x ${base}`),
    `${unit}s/s`,
    'p99 ms',
    'RSS MiB',
    'others %',
    'errors',
  ];
  const rows = summaries.map((summary) => [
    summary.peer,
    range(summary.cpuUsPerUnit, 1),
    ...bases.map((base) => {
      const ratio = summary.ratios[base];
      return ratio ? range(ratio, 2) : '-';
    }),
    summary.unitsPerSecond.median.toFixed(0),
    summary.p99Ms.median.toFixed(1),
    (summary.residentBytes / 2 ** 20).toFixed(0),
    (summary.foreignShare * 100).toFixed(0),
    String(summary.failures),
  ]);
  return alignColumns([head, ...rows]);
}

/** Each proxy's ratio to one base, scenario by scenario. */
export function overview(
  results: readonly { readonly scenario: string; readonly summaries: PeerSummary[] }[],
  base: string,
): string {
  const peers = [...new Set(results.flatMap(({ summaries }) => summaries.map(({ peer }) => peer)))];
  const rows = peers.map((peer) => [
    peer,
    ...results.map(({ summaries }) => {
      const ratio = summaries.find((summary) => summary.peer === peer)?.ratios[base];
      return ratio === undefined ? '-' : ratio.median.toFixed(2);
    }),
  ]);
  return alignColumns([[`x ${base}`, ...results.map(({ scenario }) => scenario)], ...rows]);
}
