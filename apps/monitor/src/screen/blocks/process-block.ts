import { outcomeNames } from '@spillway/contracts';
import { formatBytes, formatCount, formatPercent, formatSeconds } from '@spillway/quantities';
import type { Shown } from '../../watch/fleet.ts';
import { refusals } from '../../watch/rate-point.ts';
import type { Block, Canvas } from '../canvas.ts';
import { lineWidth, wrapText } from '../text/fit.ts';
import { type Line, span } from '../text/span.ts';

/** How the proxy's own process does; where there is room, and one proxy is shown. */
export function processBlock({ proxies }: Shown, { columns }: Canvas): Block {
  const [one] = proxies;
  const none = { lines: [], least: 1, good: 1, rank: 6, optional: true };
  if (proxies.length !== 1 || !one?.latest) return none;
  const { process } = one.latest.snapshot;
  const facts = [
    ['event loop', `${formatPercent(Math.round(process.event_loop_utilization * 100))} busy`],
    ['late by', `${formatSeconds(process.event_loop_delay.p99)} p99`],
    ['memory', formatBytes(process.memory.rss)],
    ['clients', `${formatCount(process.client_connections)} connections`],
  ];
  let line: Line = [span(` ${'process'.padEnd(12)}`, 'dim')];
  for (const [name, value] of facts) {
    const longer = [...line, span(`${name} `, 'dim'), span(`${value}   `)];
    if (lineWidth(longer) <= columns + 3) line = longer;
  }
  return { ...none, lines: columns < 72 ? [] : [line] };
}

/** How requests ended since the last poll; what did not happen is left out. Why any were refused matters more. */
export function outcomesBlock({ proxies }: Shown, { columns }: Canvas): Block {
  const intervals = proxies.flatMap(({ latest }) => latest?.interval ?? []);
  const counts = outcomeNames.map((name) => ({
    name,
    count: intervals.reduce((sum, { byOutcome }) => sum + byOutcome[name], 0),
  }));
  const happened = counts.filter(({ count }) => count > 0);
  const text = happened.map(({ name, count }) => `${name} ${formatCount(count)}`).join(',  ');
  const lines = wrapText(text, Math.max(10, columns - 15)).map(
    (words, index): Line => [
      span((index === 0 ? ' last poll' : '').padEnd(13), 'dim'),
      span(words),
    ],
  );
  const anyRefused = happened.some(({ name }) => refusals.includes(name));
  if (!anyRefused) return { lines, least: 1, good: 1, rank: 5, optional: true };
  return { lines, least: 1, good: Math.min(2, lines.length), rank: 2.8 };
}
