import { formatDuration } from '@spillway/options';
import { formatNumber } from '@spillway/quantities';
import type { Scenario, SimulationResult, Spread, Tally } from '@spillway/simulation';
import { wrapText } from '@spillway/terminal';
import type { ChalkInstance } from 'chalk';
import { adviceOn } from './advice.ts';
import { describeWorld } from './describe-world.ts';
import { formatMs, formatRate, formatShare } from './quantities.ts';
import type { SimulateConfig } from './simulate-options.ts';
import { sparkline } from './sparkline.ts';
import { sharesOf } from './tally-shares.ts';
import { verdictOf } from './verdict.ts';

const labelWidth = 15;

/** One run for people: what was played, what became of the requests, and what it means. */
export function formatRun(
  config: SimulateConfig,
  scenario: Scenario,
  result: SimulationResult,
  colour: ChalkInstance,
): string {
  const blocks = [
    describeWorld(config)
      .map((line) => colour.dim(wrapText(line)))
      .join('\n'),
    counts(result, colour),
    latencies(result.all, colour),
    use(scenario, result, colour),
    groups(result, colour),
    course(result, colour),
    recovered(result, colour),
    colour.bold(wrapText(verdictOf(scenario, result), 80, '')),
    adviceOn(scenario, result)
      .map((line) => wrapText(`- ${line}`))
      .join('\n'),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function counts(result: SimulationResult, colour: ChalkInstance): string {
  const { all, offeredPerSecond, goodPerSecond, goodShare, possiblePerSecond } = result;
  const line = (label: string, count: number, more = ''): string =>
    `${colour.dim(label.padEnd(labelWidth))}${formatNumber(count).padStart(10)}  ${more}`.trimEnd();
  const { offered } = all;
  const possible = `${formatShare(Math.min(1, goodShare))} of the ${formatRate(possiblePerSecond)} that is possible`;
  const others = Object.entries(all.notGood).map(([outcome, count]) =>
    line(outcome, count, formatShare(count / offered)),
  );
  return [
    line('offered', offered, `${formatRate(offeredPerSecond)}`),
    line('good answers', all.good, `${formatRate(goodPerSecond)}, ${possible}`),
    ...others,
    ...(all.unfinished > 0 ? [line('unfinished', all.unfinished, 'when the run was over')] : []),
  ].join('\n');
}

function latencies({ waitMs, responseMs, refusalMs }: Tally, colour: ChalkInstance): string {
  const cell = (text: string): string => text.padStart(10);
  const row = (label: string, { mean, p50, p95, p99 }: Spread): string =>
    colour.dim(label.padEnd(labelWidth)) + [mean, p50, p95, p99].map(formatMs).map(cell).join('');
  const head = ['mean', 'p50', 'p95', 'p99'].map(cell).join('');
  return [
    colour.dim('latency'.padEnd(labelWidth) + head),
    row('in line', waitMs),
    row('good answers', responseMs),
    ...(refusalMs.p50 === null ? [] : [row('refusals', refusalMs)]),
  ].join('\n');
}

function use(
  { proxy, protection }: Scenario,
  result: SimulationResult,
  colour: ChalkInstance,
): string {
  const { all, utilisation, wasted, answeredLate, longestQueue, longestBackendQueue } = result;
  const label = (text: string): string => colour.dim(text.padEnd(labelWidth));
  const late = `${formatNumber(answeredLate)} answered late`;
  const clients = `sent ${all.sendsPerRequest.toFixed(2)} times by its client`;
  return [
    `${label('workers')}${formatShare(utilisation)} in use, ${formatShare(wasted)} for clients that had left; ${late}`,
    `${label('a request is')}${clients}, ${all.upstreamPerRequest.toFixed(2)} times to the backend`,
    `${label('longest line')}${formatNumber(longestQueue)} in the proxy, ${formatNumber(longestBackendQueue)} inside the backend`,
    ...(proxy.maxConcurrentRequests === 'auto' && protection === 'proxy'
      ? [`${label('limit')}${result.limitAtEnd} at once in the end`]
      : []),
  ].join('\n');
}

function groups({ groups: all }: SimulationResult, colour: ChalkInstance): string {
  const named = Object.entries(all);
  if (named.length < 2) return '';
  const cells = (texts: readonly string[]): string =>
    texts.map((text) => text.padStart(11)).join('');
  const head = cells(['offered', 'good', 'refused', 'left', 'p50', 'p95']);
  const rows = named.map(([name, tally]) => {
    const { good, refused, left } = sharesOf(tally);
    const shares = [good, refused, left].map(formatShare);
    const times = [tally.responseMs.p50, tally.responseMs.p95].map(formatMs);
    return (
      colour.dim(name.padEnd(labelWidth)) +
      cells([formatNumber(tally.offered), ...shares, ...times])
    );
  });
  return [colour.dim('group'.padEnd(labelWidth) + head), ...rows].join('\n');
}

/** How it went, second by second; only where something changes. */
function course({ seconds }: SimulationResult, colour: ChalkInstance): string {
  const most = largest(seconds.map(({ offered, good }) => Math.max(offered, good)));
  const longest = largest(seconds.map(({ queued }) => queued));
  const row = (label: string, values: readonly number[], top: number): string => {
    const peak = `up to ${formatNumber(largest(values))}`;
    return `${colour.dim(label.padEnd(labelWidth))}${sparkline(values, top, 48)}  ${peak}`;
  };
  return [
    row(
      'offered/s',
      seconds.map(({ offered }) => offered),
      most,
    ),
    row(
      'good/s',
      seconds.map(({ good }) => good),
      most,
    ),
    row(
      'not good/s',
      seconds.map(({ refused, lost }) => refused + lost),
      most,
    ),
    ...(longest > 0
      ? [
          row(
            'in line',
            seconds.map(({ queued }) => queued),
            longest,
          ),
        ]
      : []),
  ].join('\n');
}

function recovered({ recoveries }: SimulationResult, colour: ChalkInstance): string {
  return recoveries
    .map(({ phase, afterMs }) => {
      const label = colour.dim(`after ${formatDuration(phase.toMs)}`.padEnd(labelWidth));
      if (afterMs === null) return `${label}not recovered before the next phase or the end`;
      return `${label}${afterMs <= 0 ? 'recovered at once' : `recovered in ${formatMs(afterMs)}`}`;
    })
    .join('\n');
}

/** Days have more seconds than a call takes arguments. */
const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), 0);
