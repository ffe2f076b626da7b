import { formatDuration } from '@spillway/options';
import type { Optimum } from '@spillway/simulation';
import { wrapText } from '@spillway/terminal';
import type { ChalkInstance } from 'chalk';
import { describeWorld } from './describe-world.ts';
import { formatMs, formatRate, formatShare } from './quantities.ts';
import type { SimulateConfig } from './simulate-options.ts';

const names: Readonly<Record<Optimum['worlds'][number]['what'], string>> = {
  'as described': 'as described',
  slower: 'service takes a third longer',
  faster: 'service takes a quarter less',
  busier: 'a third more requests',
  'limit too low': 'limit a quarter lower',
  'limit too high': 'limit a third higher',
};

/** The settings found, and a row for each world in which they may end up. */
export function formatOptimum(
  config: SimulateConfig,
  { settings, worlds, tried }: Optimum,
  colour: ChalkInstance,
): string {
  const flags = [
    `--max-concurrent-requests ${settings.maxConcurrentRequests}`,
    `--max-queue-size ${settings.maxQueueSize}`,
    `--queue-timeout ${formatDuration(settings.queueTimeoutMs)}`,
  ].join(' ');
  const described = describeWorld(config).filter((line) => !line.startsWith('between:'));
  const first = Math.max(...Object.values(names).map((name) => name.length));
  const heading = `${''.padEnd(first)}${'good/s'.padStart(10)}${'possible'.padStart(10)}${'p50'.padStart(10)}${'p95'.padStart(10)}`;
  const rows = worlds.map(({ what, result: { goodPerSecond, goodShare, all } }) => {
    const { p50, p95 } = all.responseMs;
    const cells = [
      formatRate(goodPerSecond),
      formatShare(Math.min(1, goodShare)),
      formatMs(p50),
      formatMs(p95),
    ];
    return names[what].padEnd(first) + cells.map((cell) => cell.padStart(10)).join('');
  });
  const verdict = `Of ${tried} settings played, these give most good responses and, of those that give as many (within 2 %), the shortest p95.`;
  return [
    described.map((line) => colour.dim(wrapText(line))).join('\n'),
    colour.bold(flags),
    [colour.dim(heading), ...rows].join('\n'),
    wrapText(verdict, 80, ''),
  ].join('\n\n');
}
