import type { AdmissionSnapshot } from '@spillway/contracts';
import { admissionFacts, type FactTone } from '@spillway/diagnosis';
import { formatCount, formatSeconds } from '@spillway/quantities';
import type { Shown } from '../../watch/fleet.ts';
import type { Block, Canvas } from '../canvas.ts';
import { cell, lineWidth, wrapText } from '../text/fit.ts';
import { type Line, type Style, span } from '../text/span.ts';

const styles: Readonly<Record<FactTone, Style>> = { calm: 'plain', notable: 'warn', grave: 'bad' };

/** Who gets in, beyond the gauges; nothing where there is nothing to tell, or several proxies are summed. */
export function admissionBlock({ proxies }: Shown, { columns }: Canvas): Block {
  const [one, ...others] = proxies;
  const admission = others.length === 0 ? one?.latest?.snapshot.admission : undefined;
  const lines =
    admission === undefined ? [] : [...factLines(admission, columns), ...classLines(admission)];
  const least = Math.min(1, lines.length);
  return { lines, least, good: Math.min(2, lines.length), rank: 2.7 };
}

const indent = 13;
/** Below so many columns facts are told in brief. */
const roomyColumns = 100;

/** As many on a line as fit whole; the gravest first. */
function factLines(admission: AdmissionSnapshot, columns: number): Line[] {
  const lines: Line[] = [];
  let line: Line = [];
  for (const { name, brief, text, tone } of admissionFacts(admission, formatSeconds)) {
    const words = wrapText(
      columns < roomyColumns ? brief : text,
      Math.max(10, columns - indent - name.length - 2),
    );
    const [first = '', ...rest] = words;
    const fact: Line = [span(`${name} `, 'dim'), span(first, styles[tone])];
    const room = columns - lineWidth(line) - 3;
    if (line.length > 0 && rest.length === 0 && lineWidth(fact) <= room) {
      line = [...line, span('   '), ...fact];
      continue;
    }
    if (line.length > 0) lines.push(line);
    line = [span((lines.length === 0 ? ' admission' : '').padEnd(indent), 'dim'), ...fact];
    for (const words of rest) {
      lines.push(line);
      line = [span(' '.repeat(indent + name.length + 1)), span(words, styles[tone])];
    }
  }
  return line.length === 0 ? lines : [...lines, line];
}

/** A row a class; nothing where all are in one. */
function classLines({ classes }: AdmissionSnapshot): Line[] {
  if (classes.length < 2) return [];
  const right = { align: 'right' } as const;
  return [
    [
      cell(' class', indent, { style: 'dim' }),
      ...['reserved', 'flying', 'queued'].map((name) => cell(name, 9, { ...right, style: 'dim' })),
    ],
    ...classes.map(
      ({ name, reserved, in_flight, queued }): Line => [
        cell(` ${name}`, indent - 1),
        span(' '),
        ...[reserved, in_flight, queued].map((value) => cell(formatCount(value), 9, right)),
      ],
    ),
  ];
}
