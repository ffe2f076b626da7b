import type { LoadReport } from '@spillway/contracts';
import { formatNumber, formatPercent, formatSeconds } from '@spillway/quantities';
import { localErrorRows, outcomeRows, proxyOutcomeRows, statusRows } from './count-rows.ts';
import { describeLoad } from './describe-load.ts';
import { escapeMarkdown } from './escape.ts';
import { formatMeasured } from './format-measured.ts';
import { latencyColumns, latencyRows } from './latency-rows.ts';
import { verdictWords } from './verdict-words.ts';

/** Markdown for a workflow's summary; appended, since several steps may write there. */
export function renderGithubSummary(report: LoadReport): string {
  const { counts, rates, knee } = report;
  const sections = [
    `## Load test: ${verdictWords[report.verdict]}`,
    `${escapeMarkdown(report.url)} (${escapeMarkdown(describeLoad(report))})`,
    table(
      ['sent', 'rate', 'success', 'timeouts', 'not sent'],
      [
        [
          formatNumber(counts.sent),
          `${formatNumber(rates.requests_per_second)}/s`,
          formatPercent(report.success_rate),
          formatNumber(counts.outcomes.timeout),
          formatNumber(counts.dropped),
        ],
      ],
    ),
    table(
      ['latency', ...latencyColumns.map(([heading]) => heading)],
      latencyRows(report).map(({ view, latency }) => [
        view,
        ...latencyColumns.map(([, name]) => formatSeconds(latency[name])),
      ]),
    ),
    thresholds(report),
    counted(report),
    knee === null ? '' : `Advice: \`${knee.advice.line.replaceAll('`', "'")}\``,
    report.warnings.map((warning) => `- ⚠ ${escapeMarkdown(warning)}`).join('\n'),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n\n`;
}

function thresholds({ thresholds: all }: LoadReport): string {
  if (all.length === 0) return '';
  const rows = all.map((threshold) => [
    threshold.passed ? '✓' : '✗ missed',
    escapeMarkdown(threshold.expression),
    formatMeasured(threshold),
  ]);
  return table(['threshold', 'fails if', 'measured'], rows);
}

/** Only where there is more to tell than that all was well. */
function counted(report: LoadReport): string {
  const rows = [
    ...outcomeRows(report),
    ...statusRows(report).map(({ name, count }) => ({ name: `status ${name}`, count })),
    ...proxyOutcomeRows(report).map(({ name, count }) => ({ name: `proxy says ${name}`, count })),
    ...localErrorRows(report).map(({ name, count }) => ({ name: `local ${name}`, count })),
  ];
  if (report.success_rate === 100) return '';
  return table(
    ['ended as', 'requests'],
    rows.map(({ name, count }) => [escapeMarkdown(name), formatNumber(count)]),
  );
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}
