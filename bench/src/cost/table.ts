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

export function costTable(summaries: PeerSummary[], bases: readonly string[]): string {
  const head = [
    'proxy',
    'us CPU/request',
    ...bases.map((base) => `x ${base}`),
    'requests/s',
    'p99 ms',
    'RSS MiB',
    'errors',
  ];
  const rows = summaries.map((summary) => [
    summary.peer,
    range(summary.cpuUsPerRequest, 1),
    ...bases.map((base) => {
      const ratio = summary.ratios[base];
      return ratio ? range(ratio, 2) : '-';
    }),
    summary.requestsPerSecond.median.toFixed(0),
    summary.p99Ms.median.toFixed(1),
    (summary.residentBytes / 2 ** 20).toFixed(0),
    String(summary.badStatuses + summary.socketErrors),
  ]);
  return alignColumns([head, ...rows]);
}
