import { formatCount, formatRate, formatSeconds } from '@spillway/quantities';
import { failureTitle } from '../../poll/failure.ts';
import type { Shown } from '../../watch/fleet.ts';
import { ratesOf } from '../../watch/rate-point.ts';
import type { WatchedProxy } from '../../watch/watched-proxy.ts';
import type { Block, Canvas } from '../canvas.ts';
import { cell } from '../text/fit.ts';
import { proxyName } from '../text/proxy-name.ts';
import { type Line, span } from '../text/span.ts';

/** A row a proxy, apart from the sums above it; nothing where one is shown. */
export function proxiesBlock({ proxies }: Shown, { columns, glyphs }: Canvas): Block {
  const isWide = columns >= 72;
  const numbers = isWide ? 9 * 5 : 9 * 2;
  const urlWidth = Math.max(10, columns - numbers - 17);
  const right = { align: 'right', style: 'dim' } as const;
  const heading: Line = [
    cell(' proxy', urlWidth, { style: 'dim' }),
    cell(' state', 15, { style: 'dim' }),
    ...(isWide ? ['req/s', 'failed/s', 'flying', 'queued', 'p95'] : ['req/s', 'queued']).map(
      (name) => cell(name, 9, right),
    ),
  ];
  const row = (proxy: WatchedProxy): Line => {
    const { latest, failing, url } = proxy;
    const rates = latest?.interval && !failing ? ratesOf(latest.interval) : null;
    const seen = latest?.observation;
    const count = (value: number | undefined): string =>
      value === undefined ? '–' : formatCount(value);
    const values = isWide
      ? [
          ...[formatRate(rates?.requests ?? null), formatRate(rates?.failed ?? null)],
          ...[count(seen?.inFlight), count(seen?.queued)],
          formatSeconds(seen?.responseTime.p95 ?? null),
        ]
      : [formatRate(rates?.requests ?? null), count(seen?.queued)];
    return [
      cell(` ${proxyName(url, urlWidth - 1)}`, urlWidth),
      span(' '),
      stateCell(proxy, glyphs),
      ...values.map((value) =>
        cell(value, 9, { align: 'right', style: failing ? 'dim' : 'plain' }),
      ),
    ];
  };
  const lines = proxies.length > 1 ? [heading, ...proxies.map(row)] : [];
  return {
    lines,
    least: Math.min(3, lines.length),
    good: 5,
    rank: 2.5,
    shrink: (room) => [
      ...lines.slice(0, Math.max(1, room - 1)),
      [span(` and ${proxies.length - Math.max(0, room - 2)} more: press n`, 'dim')],
    ],
  };
}

function stateCell({ latest, failing }: WatchedProxy, glyphs: Canvas['glyphs']) {
  if (failing)
    return cell(`${glyphs.stale} ${failureTitle(failing.failure)}`, 14, { style: 'bad' });
  if (!latest) return cell('waiting', 14, { style: 'dim' });
  const { status, draining } = latest.snapshot;
  if (draining) return cell(`${glyphs.live} draining`, 14, { style: 'warn' });
  const style = status === 'healthy' ? 'good' : status === 'degraded' ? 'warn' : 'bad';
  return cell(`${glyphs.live} ${status}`, 14, { style });
}
