import type { UpstreamSnapshot } from '@spillway/contracts';
import { formatCount, formatRate, formatSeconds } from '@spillway/quantities';
import { severities } from '../../watch/alert.ts';
import { type Gauge, type Shown, shownOf, worstOf } from '../../watch/fleet.ts';
import type { Block, Canvas } from '../canvas.ts';
import { knownServices, type ScreenState, shownProxies } from '../screen-state.ts';
import { cell } from '../text/fit.ts';
import type { Glyphs } from '../text/glyphs.ts';
import { type Line, type Span, type Style, span } from '../text/span.ts';

/** A row a service, those in trouble first; nothing where there is one, or one is chosen. */
export function servicesBlock(state: ScreenState, canvas: Canvas): Block {
  const lines = serviceLines(state, canvas);
  const count = lines.length - 1;
  return {
    lines,
    least: Math.min(3, lines.length),
    good: Math.min(9, lines.length),
    rank: 2.4,
    shrink: (room) => [
      ...lines.slice(0, Math.max(1, room - 1)),
      [span(` and ${count - Math.max(0, room - 2)} more: press 5`, 'dim')],
    ],
  };
}

/** A heading and all rows. */
export function serviceLines(state: ScreenState, { columns, glyphs }: Canvas): Line[] {
  if (state.service !== null) return [];
  const rows = knownServices(state)
    .map((name) => ({ name, shown: shownOf(shownProxies({ ...state, service: name })) }))
    .sort((a, b) => troubleOf(a.shown) - troubleOf(b.shown));
  if (rows.length === 0) return [];
  const fitting = numbers.filter(({ from }) => columns >= from);
  const taken = fitting.reduce((sum, { width }) => sum + width, targetsWidth);
  const longest = Math.max(...rows.map(({ name }) => name.length));
  const nameWidth = Math.max(11, Math.min(longest + 2, Math.floor((columns - taken) / 2)));
  const findingWidth = Math.max(0, columns - taken - nameWidth);
  const dim = { style: 'dim' } as const;
  return [
    [
      cell(' service', nameWidth, dim),
      ...fitting.map(({ heading, width }) => cell(heading, width, { ...dim, align: 'right' })),
      cell('  targets', targetsWidth, dim),
      cell(' worst', findingWidth, dim),
    ],
    ...rows.map(({ name, shown }) => [
      cell(` ${name}`, nameWidth),
      ...fitting.map(({ width, show }) => cell(show(shown), width, { align: 'right' })),
      span('  '),
      targetsCell(shown, glyphs),
      ...worstCells(shown, findingWidth, glyphs),
    ]),
  ];
}

interface NumberColumn {
  readonly heading: string;
  readonly width: number;
  /** Shown on screens at least this wide. */
  readonly from: number;
  readonly show: (shown: Shown) => string;
}

const ofLimit = ({ now, limit }: Gauge): string => `${formatCount(now)}/${formatCount(limit)}`;

const numbers: readonly NumberColumn[] = [
  { heading: 'in flight', width: 10, from: 0, show: ({ inFlight }) => ofLimit(inFlight) },
  { heading: 'queue', width: 8, from: 48, show: ({ queue }) => ofLimit(queue) },
  { heading: 'req/s', width: 7, from: 0, show: ({ rates }) => formatRate(rates?.requests ?? null) },
  {
    heading: 'failed/s',
    width: 9,
    from: 60,
    show: ({ rates }) => formatRate(rates?.failed ?? null),
  },
  {
    heading: 'p95',
    width: 8,
    from: 68,
    show: ({ proxies }) => formatSeconds(worstOf(proxies, responseTime).p95),
  },
];

const responseTime: Parameters<typeof worstOf>[1] = ({ metrics }) => metrics.response_time;

/** The gap before it included: `● 12 closed`, `○ 1/12 open`. */
const targetsWidth = 14;

const byGravity: readonly (readonly [UpstreamSnapshot['breaker']['state'], string, Style])[] = [
  ['open', 'open', 'bad'],
  ['half_open', 'probing', 'warn'],
  ['closed', 'closed', 'good'],
];

/** The worst state that a breaker of it is in, and how many of them are. */
function targetsCell({ proxies }: Shown, glyphs: Glyphs): Span {
  const all = proxies.flatMap(({ latest }) => latest?.snapshot.upstreams ?? []);
  for (const [state, word, style] of byGravity) {
    const count = all.filter(({ breaker }) => breaker.state === state).length;
    if (count === 0) continue;
    const share = count === all.length ? String(count) : `${count}/${all.length}`;
    return cell(`${glyphs.breaker[state]} ${share} ${word}`, targetsWidth - 2, { style });
  }
  return cell('–', targetsWidth - 2, { style: 'dim' });
}

const styles = { critical: 'bad', warning: 'warn', hint: 'accent' } as const;
/** So wide that a sentence says more than a name. */
const sentenceWidth = 44;

function worstCells({ alerts }: Shown, width: number, glyphs: Glyphs): Span[] {
  // What is about the process is no fault of this service.
  const worst = alerts.find(({ finding }) => finding.service !== undefined)?.finding;
  if (worst === undefined || width < 4) return [];
  const { severity, symptom, rule } = worst;
  const text = width >= sentenceWidth ? symptom : rule;
  return [cell(` ${glyphs.severity[severity]} ${text}`, width, { style: styles[severity] })];
}

/** The lower, the graver. */
function troubleOf({ alerts }: Shown): number {
  const ranks = alerts
    .filter(({ finding }) => finding.service !== undefined)
    .map(({ finding }) => severities.indexOf(finding.severity));
  return Math.min(severities.length, ...ranks);
}
