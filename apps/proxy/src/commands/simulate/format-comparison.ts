import { formatNumber } from '@spillway/quantities';
import type { SimulationResult } from '@spillway/simulation';
import { wrapText } from '@spillway/terminal';
import type { ChalkInstance } from 'chalk';
import { describeWorld } from './describe-world.ts';
import { formatMs, formatRate, formatShare } from './quantities.ts';
import type { SimulateConfig } from './simulate-options.ts';
import { sharesOf } from './tally-shares.ts';

export interface ComparedRun {
  readonly label: string;
  readonly config: SimulateConfig;
  readonly result: SimulationResult;
}

const columns: readonly (readonly [string, (result: SimulationResult) => string])[] = [
  ['good/s', ({ goodPerSecond }) => formatNumber(Number(goodPerSecond.toPrecision(3)))],
  ['possible', ({ goodShare }) => formatShare(Math.min(1, goodShare))],
  ['refused', ({ all }) => formatShare(sharesOf(all).refused)],
  ['left', ({ all }) => formatShare(sharesOf(all).left)],
  ['failed', ({ all }) => formatShare(sharesOf(all).failed)],
  ['wait p95', ({ all }) => formatMs(all.waitMs.p95)],
  ['p50', ({ all }) => formatMs(all.responseMs.p50)],
  ['p95', ({ all }) => formatMs(all.responseMs.p95)],
];

/** A row a setting, without the columns that say nothing; the same clients with the same work came to each. */
export function formatComparison(runs: readonly ComparedRun[], colour: ChalkInstance): string {
  const shared = sharedLines(runs).map((line) => colour.dim(wrapText(line)));
  const first = Math.max(...runs.map(({ label }) => label.length));
  const cells = columns
    .map(([heading, cell]) => [heading, ...runs.map(({ result }) => cell(result))])
    .filter(([, ...values]) => values.some((value) => value !== '0 %'));
  const widths = cells.map((column) => Math.max(...column.map((text) => text.length)) + 2);
  const row = (n: number, label: string): string =>
    label.padEnd(first) + cells.map((column, i) => column[n]!.padStart(widths[i]!)).join('');
  const best = bestOf(runs);
  const rows = runs.map(({ label }, n) => {
    const line = row(n + 1, label);
    return label === best ? colour.bold(line) : line;
  });
  const table = [colour.dim(row(0, '')), ...rows].join('\n');
  return [shared.join('\n'), table, verdict(runs, best)].join('\n\n');
}

/** Most good answers; of those that give as good as the most, the one with the shortest answers. */
function bestOf(runs: readonly ComparedRun[]): string {
  const most = Math.max(...runs.map(({ result }) => result.goodPerSecond));
  const good = runs.filter(({ result }) => result.goodPerSecond >= 0.99 * most);
  const p95 = ({ result }: ComparedRun): number => result.all.responseMs.p95 ?? Infinity;
  return [...good].sort((a, b) => p95(a) - p95(b))[0]!.label;
}

function verdict(runs: readonly ComparedRun[], best: string): string {
  const { result } = runs.find(({ label }) => label === best)!;
  const { goodPerSecond, all } = result;
  if (goodPerSecond === 0) return 'None of them gives a good answer.';
  const good = formatRate(goodPerSecond);
  const text = `Best of them: ${best}, with ${good} good answers, 95 % of them within ${formatMs(all.responseMs.p95)}. (Most good answers; within 1 % of the most, the shortest p95.)`;
  return wrapText(text, 80, '');
}

/** What is the same for all. */
function sharedLines(runs: readonly ComparedRun[]): string[] {
  const [first = [], ...others] = runs.map(({ config }) => describeWorld(config));
  return first.filter((line) => others.every((lines) => lines.includes(line)));
}
