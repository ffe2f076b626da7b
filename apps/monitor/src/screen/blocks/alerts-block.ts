import type { Finding, FindingSeverity } from '@spillway/contracts';
import { formatEvidence, settingName } from '@spillway/diagnosis';
import { failureAdvice, failureTitle } from '../../poll/failure.ts';
import type { Shown, ShownAlert } from '../../watch/fleet.ts';
import type { Block, Canvas } from '../canvas.ts';
import { formatAge } from '../text/clock.ts';
import { wrapText } from '../text/fit.ts';
import { proxyName } from '../text/proxy-name.ts';
import { type Line, type Style, span } from '../text/span.ts';

/** What is wrong, why, and what to do about it; the gravest first. */
export function alertsBlock(shown: Shown, canvas: Canvas): Block {
  const all = [
    ...shown.proxies.flatMap((proxy) => unreachableLines(proxy, canvas)),
    ...shown.alerts.map((alert) => alertLines(alert, canvas)),
  ];
  const known = shown.proxies.some(({ latest }) => latest !== null);
  const calm: Line[] = [
    [span(known ? ' no alerts' : ' nothing is known yet', known ? 'good' : 'dim')],
  ];
  const title: Line = [span(` ${all.length === 1 ? '1 alert' : `${all.length} alerts`}`, 'strong')];
  const lines = all.length === 0 ? calm : [title, ...all.flat()];
  const first = all[0]?.length ?? 0;
  return {
    lines,
    least: Math.min(2, lines.length),
    good: 1 + first,
    rank: 2,
    shrink: (room) => [title, ...shrunk(all, room - 1)],
  };
}

/** Every symptom before any advice, then the advice from the gravest on. */
function shrunk(all: readonly (readonly Line[])[], room: number): Line[] {
  const fitting = all.length > room ? Math.max(0, room - 1) : all.length;
  const more: Line[] =
    fitting < all.length ? [[span(` and ${all.length - fitting} more`, 'dim')]] : [];
  let left = room - fitting - more.length;
  const shown = all.slice(0, fitting).flatMap((lines) => {
    const details = Math.min(left, lines.length - 1);
    left -= details;
    const isCut = details > 0 ? details < lines.length - 1 : goesOn(lines[1]);
    return lines
      .slice(0, 1 + details)
      .map((line, row) => (isCut && row === details ? cut(line) : line));
  });
  return [...shown, ...more];
}

/** The line before it ends in the middle of a sentence. */
function goesOn(line: Line | undefined): boolean {
  return line?.[0]?.text.trim() === '';
}

function cut(line: Line): Line {
  return [...line, span(' …', 'dim')];
}

const styles: Readonly<Record<FindingSeverity, Style>> = {
  critical: 'bad',
  warning: 'warn',
  hint: 'accent',
};

function alertLines({ finding, proxy }: ShownAlert, { columns, glyphs }: Canvas): Line[] {
  const { severity, service, symptom, cause, evidence, for_seconds } = finding;
  const age = for_seconds > 0 ? `, for ${formatAge(for_seconds)}` : '';
  const head = `${glyphs.severity[severity]} ${severity.padEnd(9)}`;
  const width = columns - 1;
  // First, as the end may be cut.
  const where = [
    ...(proxy === null ? [] : [`${proxyName(proxy, Math.floor(width / 3))}: `]),
    ...(service === undefined ? [] : [`${service}: `]),
  ].join('');
  return [
    ...hanging(head, `${where}${symptom}${age}`, width, styles[severity], 'strong'),
    ...hanging('  why      ', cause, width, 'dim'),
    ...hanging('  do       ', adviceText(finding), width, 'dim'),
    ...hanging('  seen     ', evidence.map(formatEvidence).join(', '), width, 'dim', 'dim'),
  ];
}

/** What to change, and what else to do. */
export const adviceText = (finding: Finding): string =>
  [changesText(finding), finding.remedy].filter((part) => part !== '').join(' ');

/** `--max-concurrent-requests 50 → 80.`, or the key of one service: `services.a.max_queue_size 100 → 200.` */
export const changesText = ({ changes, service }: Finding): string =>
  changes
    .map((change) => {
      const { from, to } = change;
      const setting = settingName(change, service);
      return from === null ? `${setting} ${to}.` : `${setting} ${from} → ${to}.`;
    })
    .join(' ');

function unreachableLines(
  { url, failing }: Shown['proxies'][number],
  { columns, glyphs }: Canvas,
): Line[][] {
  if (!failing) return [];
  const { failure } = failing;
  const head = `${glyphs.severity.critical} ${'no data'.padEnd(9)}`;
  const symptom = `${url} ${failureTitle(failure)}: ${failure.detail}`;
  return [
    [
      ...hanging(head, symptom, columns - 1, 'bad', 'strong'),
      ...hanging('  do       ', failureAdvice(failure), columns - 1, 'dim'),
    ],
  ];
}

function hanging(
  head: string,
  text: string,
  width: number,
  headStyle: Style,
  style: Style = 'plain',
): Line[] {
  const indent = 13;
  return wrapText(text, Math.max(10, width - indent - 2)).map((line, index) => [
    span((index === 0 ? ` ${head}` : '').padEnd(indent), headStyle),
    span(line, style),
  ]);
}
