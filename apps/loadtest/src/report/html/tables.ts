import type { LoadReport } from '@spillway/contracts';
import { formatBytes, formatNumber, formatPercent, formatSeconds } from '@spillway/quantities';
import { localErrorRows, outcomeRows, proxyOutcomeRows, statusRows } from '../count-rows.ts';
import { escapeHtml } from '../escape.ts';
import { formatMeasured } from '../format-measured.ts';
import { latencyColumns, latencyRows } from '../latency-rows.ts';

export function tiles(report: LoadReport): string {
  const { counts, rates, latency } = report;
  const all = [
    ['requests sent', formatNumber(counts.sent)],
    ['a second', formatNumber(rates.requests_per_second)],
    ['success', formatPercent(report.success_rate)],
    ['p50', formatSeconds(latency.good.p50)],
    ['p95', formatSeconds(latency.good.p95)],
    ['p99', formatSeconds(latency.good.p99)],
    ['timeouts', formatNumber(counts.outcomes.timeout)],
    ['received', formatBytes(report.received_bytes)],
    ...(counts.dropped > 0 ? [['not sent', formatNumber(counts.dropped)]] : []),
  ];
  const tile = ([label = '', value = '']: readonly string[]): string =>
    `<div class="tile"><b>${value}</b><span>${label}</span></div>`;
  return `<div class="tiles">${all.map(tile).join('')}</div>`;
}

export function latencyTable(report: LoadReport): string {
  const rows = latencyRows(report).map(({ view, latency }) => [
    view,
    formatNumber(latency.count),
    ...latencyColumns.map(([, name]) => formatSeconds(latency[name])),
  ]);
  const headings = ['view', 'requests', ...latencyColumns.map(([heading]) => heading)];
  return section('Latency', table(headings, rows), true);
}

export function countTables(report: LoadReport): string {
  const all = [
    ['By outcome', outcomeRows(report)],
    ['By status', statusRows(report)],
    ['By what the proxy says', proxyOutcomeRows(report)],
    ['Not sent, by what was missing here', localErrorRows(report)],
  ] as const;
  return all
    .filter(([, rows]) => rows.length > 0)
    .map(([title, rows]) => {
      const cells = rows.map(({ name, count }) => [
        name,
        formatNumber(count),
        formatPercent((100 * count) / Math.max(1, report.counts.sent)),
      ]);
      return section(title, table(['', 'requests', 'share'], cells));
    })
    .join('');
}

export function thresholdTable({ thresholds }: LoadReport): string {
  if (thresholds.length === 0) return '';
  const rows = thresholds.map((threshold) => [
    threshold.expression,
    formatMeasured(threshold),
    threshold.passed ? '✓ passed' : '✗ missed',
  ]);
  return section('Thresholds', table(['fails if', 'measured', ''], rows));
}

export function kneeAdvice({ knee }: LoadReport): string {
  if (knee === null) return '';
  const warnings = knee.warnings.map((warning) => `<li>${escapeHtml(warning)}</li>`).join('');
  const line = `<code>${escapeHtml(knee.advice.line)}</code>`;
  return section('Advice', warnings === '' ? line : `${line}<ul>${warnings}</ul>`, true);
}

export function proxyCheckTable({ proxy_check }: LoadReport): string {
  if (proxy_check === null) return '';
  const rows = proxy_check.rows.map(({ what, client, proxy, why }) => [
    what,
    formatNumber(client),
    formatNumber(proxy),
    why,
  ]);
  const title = proxy_check.agrees ? 'The proxy counts the same' : 'The proxy counts otherwise';
  return section(title, table(['', 'here', 'proxy', 'why'], rows, 'words'), true);
}

export function optionsTable({ options }: LoadReport): string {
  const rows = Object.entries(options).map(([name, value]) => [
    name.replaceAll('_', ' '),
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return rows.length === 0 ? '' : section('Options', table(['', ''], rows, 'words'));
}

export function section(title: string, content: string, wide = false): string {
  return `<section${wide ? ' class="wide"' : ''}><h2>${escapeHtml(title)}</h2>${content}</section>`;
}

/** Numbers stand to the right; `words` to the left. */
function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  kind: 'numbers' | 'words' = 'numbers',
): string {
  const cells = (tag: 'th' | 'td', all: readonly string[]): string =>
    `<tr>${all.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join('')}</tr>`;
  const head = headings.every((heading) => heading === '')
    ? ''
    : `<thead>${cells('th', headings)}</thead>`;
  return `<div class="scroll"><table class="${kind}">${head}<tbody>${rows.map((row) => cells('td', row)).join('')}</tbody></table></div>`;
}
