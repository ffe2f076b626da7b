import type { LoadReport } from '@spillway/contracts';
import { formatBytes, formatNumber, formatPercent, formatSeconds } from '@spillway/quantities';
import { wrapText } from '@spillway/terminal';
import type { ChalkInstance } from 'chalk';
import { decodeHistogram } from '../../record/histogram.ts';
import {
  type CountRow,
  localErrorRows,
  outcomeRows,
  proxyOutcomeRows,
  statusRows,
} from '../count-rows.ts';
import { describeLoad } from '../describe-load.ts';
import { escapeTerminal } from '../escape.ts';
import { formatMeasured } from '../format-measured.ts';
import { latencyBars } from '../latency-bars.ts';
import { latencyColumns, latencyRows } from '../latency-rows.ts';
import { kneeBlock } from './knee-block.ts';
import { proxyCheckBlock } from './proxy-check-block.ts';
import { warningLines } from './warning-lines.ts';

/** The report for a terminal of 80 columns, but for its last line; colour is never the only signal. */
export function terminalReport(report: LoadReport, colour: ChalkInstance): string {
  const blocks = [
    `${colour.bold(escapeTerminal(report.url))}\n${colour.dim(wrapText(describeLoad(report)))}`,
    totals(report, colour),
    latencies(report, colour),
    counted(report, colour),
    bars(report, colour),
    kneeBlock(report, colour),
    proxyCheckBlock(report, colour),
    thresholds(report, colour),
    warningLines(report.warnings, colour),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

const labelWidth = 14;

function totals(report: LoadReport, colour: ChalkInstance): string {
  const { counts, rates, received_bytes } = report;
  const { ok, timeout, unfinished } = counts.outcomes;
  const { event_loop_utilization, event_loop_delay_p99 } = report.generator;
  const delay = formatSeconds(event_loop_delay_p99);
  const line = (label: string, value: string, more = ''): string =>
    `${colour.dim(label.padEnd(labelWidth))}${value.padStart(10)}  ${more}`.trimEnd();
  const bytesPerSecond = formatBytes(rates.received_bytes_per_second);
  return [
    line('sent', formatNumber(counts.sent), `in ${formatSeconds(report.duration)}`),
    line('rate', `${formatNumber(rates.requests_per_second)}/s`),
    line('good answers', formatNumber(ok), `${formatNumber(rates.ok_per_second)}/s`),
    line('success', formatPercent(report.success_rate)),
    line('timeouts', formatNumber(timeout)),
    ...(unfinished > 0
      ? [line('unfinished', formatNumber(unfinished), 'when the run was over')]
      : []),
    ...(counts.dropped > 0
      ? [line('not sent', formatNumber(counts.dropped), 'due, but too many were under way')]
      : []),
    line('received', formatBytes(received_bytes), `${bytesPerSecond}/s`),
    line(
      'generator',
      `${Math.round(100 * event_loop_utilization)} %`,
      `busy, its delay p99 ${delay}`,
    ),
  ].join('\n');
}

function latencies(report: LoadReport, colour: ChalkInstance): string {
  const cell = (text: string): string => text.padStart(8);
  const head = latencyColumns.map(([heading]) => cell(heading)).join('');
  const rows = latencyRows(report).map(({ view, latency }) => {
    const cells = latencyColumns.map(([, name]) => cell(formatSeconds(latency[name])));
    return colour.dim(view.padEnd(labelWidth)) + cells.join('');
  });
  return [colour.dim('latency'.padEnd(labelWidth) + head), ...rows].join('\n');
}

function counted(report: LoadReport, colour: ChalkInstance): string {
  const line = (label: string, rows: readonly CountRow[]): string[] => {
    if (rows.length === 0) return [];
    const shown = rows.map(({ name, count }) => `${escapeTerminal(name)} ${formatNumber(count)}`);
    return [colour.dim(label.padEnd(labelWidth)) + shown.join('  ')];
  };
  return [
    ...line('by outcome', outcomeRows(report)),
    ...line('by status', statusRows(report)),
    ...line('proxy says', proxyOutcomeRows(report)),
    ...line('missing here', localErrorRows(report)),
  ].join('\n');
}

const barWidth = 40;

function bars({ latency }: LoadReport, colour: ChalkInstance): string {
  const all = latencyBars(decodeHistogram(latency.good.hdr), 12);
  if (all.length === 0) return '';
  const most = Math.max(...all.map(({ count }) => count));
  const lines = all.map(({ to, count }) => {
    // What there is must be seen, however little it is.
    const length = count === 0 ? 0 : Math.max(1, Math.round((barWidth * count) / most));
    const bar = '█'.repeat(length).padEnd(barWidth);
    const share = count === 0 ? '' : formatPercent((100 * count) / latency.good.count);
    return `${formatSeconds(to).padStart(10)}  ${colour.cyan(bar)} ${share.padStart(8)} ${formatNumber(count).padStart(9)}`.trimEnd();
  });
  return [colour.dim('good answers, up to'), ...lines].join('\n');
}

function thresholds({ thresholds: all }: LoadReport, colour: ChalkInstance): string {
  return all
    .map((threshold) => {
      const { expression, passed } = threshold;
      const mark = passed ? `${colour.green('✓')} not` : `${colour.red('✗')} holds:`;
      return `${mark} ${escapeTerminal(expression)} (measured ${formatMeasured(threshold)})`;
    })
    .join('\n');
}
