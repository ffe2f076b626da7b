import { formatCount } from '@spillway/quantities';
import type { Gauge, Shown } from '../../watch/fleet.ts';
import type { Block, Canvas } from '../canvas.ts';
import { bar } from '../text/pictures.ts';
import { type Line, type Style, span } from '../text/span.ts';

/** Requests at the upstream and in the queue, each as a bar against its limit. */
export function gaugesBlock({ inFlight, queue }: Shown, canvas: Canvas): Block {
  const lines = [
    gauge('in flight', inFlight, ['full', 'warn'], canvas),
    gauge(
      'queue',
      queue,
      [canvas.columns >= 72 ? 'full: the next is refused' : 'full', 'bad'],
      canvas,
    ),
  ];
  return { lines, least: 2, good: 2, rank: 1 };
}

/** From here on a word says it, as well as the colour. */
const nearlyFull = 0.8;

function gauge(
  label: string,
  { now, limit }: Gauge,
  [full, fullStyle]: readonly [string, Style],
  canvas: Canvas,
): Line {
  const share = limit === 0 ? 0 : now / limit;
  const style: Style = share >= 1 ? fullStyle : share >= nearlyFull ? 'warn' : 'accent';
  const numbers = `${formatCount(now).padStart(5)} of ${formatCount(limit)}`;
  const word = share >= 1 ? full : share >= nearlyFull ? 'nearly full' : '';
  const wordWidth = canvas.columns >= 72 ? 27 : 13;
  const width = Math.max(4, Math.min(100, canvas.columns - 14 - 18 - wordWidth));
  return [
    span(` ${label.padEnd(12)} `, 'dim'),
    ...bar(now, limit, { width, style, glyphs: canvas.glyphs }),
    span(numbers.padEnd(18), share >= nearlyFull ? style : 'plain'),
    span(` ${word}`, style),
  ];
}
