import { formatPercent, formatRate } from '@spillway/quantities';
import type { Shown } from '../../watch/fleet.ts';
import type { Rates } from '../../watch/rate-point.ts';
import type { Block, Canvas } from '../canvas.ts';
import { cell } from '../text/fit.ts';
import { sparkline } from '../text/pictures.ts';
import { type Line, type Style, span } from '../text/span.ts';

/** What arrives and what fails, a second, with how it was; on the right what it comes to. */
export function ratesBlock(shown: Shown, canvas: Canvas): Block {
  const { rates, points, successRate } = shown;
  const facts: readonly (readonly [string, string, Style])[] = [
    ['success', formatPercent(successRate), successRate === 100 ? 'plain' : 'strong'],
    ['timeouts/s', formatRate(rates?.timeouts ?? null), alarming(rates?.timeouts)],
    ['retries/s', formatRate(rates?.retries ?? null), 'plain'],
  ];
  const rows: readonly (readonly [string, keyof Rates, Style])[] = [
    ['requests/s', 'requests', 'plain'],
    ['failed/s', 'failed', alarming(rates?.failed)],
    ['  refused/s', 'refused', alarming(rates?.refused)],
  ];
  const factWidth = canvas.columns >= 64 ? 24 : 0;
  const width = Math.max(4, Math.min(120, canvas.columns - 23 - factWidth));
  const lines = rows.map(([label, key, style], index): Line => {
    const [name = '', value = '', factStyle = 'plain'] = facts[index] ?? [];
    const history = points.map((point) => point.rates?.[key] ?? null);
    const fact =
      factWidth === 0
        ? []
        : [
            span(`  ${name.padEnd(12)}`, 'dim'),
            cell(value, 8, { align: 'right', style: factStyle }),
          ];
    return [
      span(` ${label.padEnd(12)}`, 'dim'),
      cell(formatRate(rates?.[key] ?? null), 7, { align: 'right', style }),
      span('  '),
      span(sparkline(history, width, canvas.glyphs), style === 'plain' ? 'accent' : style),
      ...fact,
    ];
  });
  return { lines, least: 2, good: 3, rank: 0 };
}

function alarming(rate: number | undefined): Style {
  return rate !== undefined && rate > 0 ? 'warn' : 'plain';
}
