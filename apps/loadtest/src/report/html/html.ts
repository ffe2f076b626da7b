import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { LoadReport } from '@spillway/contracts';
import { describeLoad } from '../describe-load.ts';
import { escapeHtml, escapeScript } from '../escape.ts';
import { verdictWords } from '../verdict-words.ts';
import { startScript } from './page-start.ts';
import { pageStyle } from './page-style.ts';
import type { Plot } from './plot.ts';
import { plotsOf } from './plots.ts';
import {
  countTables,
  kneeAdvice,
  latencyTable,
  optionsTable,
  proxyCheckTable,
  section,
  thresholdTable,
  tiles,
} from './tables.ts';

const require = createRequire(import.meta.url);

/** One page that needs nothing else: no request leaves it, which its own policy enforces. */
export function renderHtml(report: LoadReport): string {
  const uPlotScript = asset('#uplot/uPlot.iife.min.js');
  const style = asset('#uplot/uPlot.min.css') + pageStyle;
  const plots = plotsOf(report);
  const policy = [
    "default-src 'none'",
    `script-src ${hash(uPlotScript)} ${hash(startScript)}`,
    `style-src ${hash(style)}`,
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Load test of ${escapeHtml(report.url)}</title>
<style>${style}</style>
</head>
<body>
${head(report)}
${warnings(report)}
${tiles(report)}
<div class="grid">
${latencyTable(report)}
${plots.map(plotPlace).join('\n')}
${kneeAdvice(report)}
${thresholdTable(report)}
${countTables(report)}
${proxyCheckTable(report)}
${optionsTable(report)}
</div>
<script type="application/json" id="plots">${escapeScript(JSON.stringify(plots))}</script>
<script>${uPlotScript}</script>
<script>${startScript}</script>
</body>
</html>
`;
}

function head(report: LoadReport): string {
  const { verdict, started_at, host, version } = report;
  const facts = [
    describeLoad(report),
    started_at,
    `${host.cpus} × ${host.cpu}`,
    `Node ${host.node}`,
    `loadtest ${version}`,
  ];
  return `<header>
<h1>${escapeHtml(report.url)}</h1>
<p><span class="verdict ${verdict}">${verdictWords[verdict]}</span> ${escapeHtml(facts.join(' · '))}</p>
</header>`;
}

function warnings({ warnings: all }: LoadReport): string {
  if (all.length === 0) return '';
  const items = all.map((warning) => `<li>${escapeHtml(warning)}</li>`).join('');
  return `<section class="warnings"><h2>Warnings</h2><ul>${items}</ul></section>`;
}

function plotPlace({ id, title }: Plot): string {
  return section(title, `<div class="plot" id="plot-${id}"></div>`, id === 'knee');
}

function asset(name: string): string {
  return readFileSync(require.resolve(name), 'utf8');
}

function hash(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
