import type { RequestList, RequestStory, RequestSummary, TakenRoute } from '@spillway/contracts';
import { formatSeconds } from '@spillway/quantities';
import { escapeControls } from './escape-controls.ts';

/** How parts of a text are set off; chalk's functions, or none at all. */
export interface Shades {
  strong(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

const same = (text: string): string => text;
export const plain: Shades = { strong: same, faint: same, good: same, bad: same };

/** One request for people: what it was, its attempts in columns, and what happened in sentences. */
export function storyText(story: RequestStory, shades: Shades): string {
  const { attempts, told, meanwhile } = story;
  const shade = shadeOf(story, shades);
  const facts = [
    ['request', story.id],
    ['received', `${story.received_at}, from ${story.client}`],
    ...(story.service === undefined ? [] : [['service', story.service]]),
    ...(story.route === undefined ? [] : [['route', routeOf(story.route)]]),
    ['total', totalOf(story)],
    ['bytes', `${story.bytes_received} received, ${story.bytes_sent} sent`],
    [
      'meanwhile',
      `${meanwhile.active} of ${meanwhile.limit} at work, ${meanwhile.queued} of ${meanwhile.queue_limit} waiting`,
    ],
  ];
  return [
    `${shades.strong(shown(`${story.method} ${story.url}`))}  ${shade(`${story.status} ${shown(story.outcome)}`)}`,
    ...facts.map(([name = '', value = '']) => `  ${shades.faint(name.padEnd(9))}  ${shown(value)}`),
    '',
    ...(attempts.length === 0 ? [] : [...attemptRows(attempts, shades), '']),
    ...told.map((sentence) => `  ${shown(sentence)}`),
  ].join('\n');
}

/** Many requests, a line each. */
export function listText({ requests, kept, capacity }: RequestList, shades: Shades): string {
  const sum = shades.faint(`${kept} kept, at most ${capacity}`);
  if (requests.length === 0) return `no such request is kept\n${sum}`;
  const several = requests.some(({ service }) => service !== undefined);
  const rows = requests.map((request) => [
    request.received_at,
    shown(request.id),
    formatSeconds(request.total),
    `${request.status} ${shown(request.outcome)}`,
    ...(several ? [shown(request.service ?? '-')] : []),
    shown(`${request.method} ${request.url}`),
  ]);
  const head = ['received', 'request', 'total', 'outcome', ...(several ? ['service'] : []), ''];
  const lines = columns([head, ...rows], [2]);
  return [
    ...lines.map((line, place) => {
      const request = requests[place - 1];
      return request === undefined ? shades.faint(line) : shadeOf(request, shades)(line);
    }),
    sum,
  ].join('\n');
}

const routeOf = ({ where, conditions }: TakenRoute): string =>
  where === '' ? conditions : `${conditions}, ${where}`;

function totalOf({ total, queue_wait: wait }: RequestStory): string {
  return wait === 0
    ? formatSeconds(total)
    : `${formatSeconds(total)}, ${formatSeconds(wait)} of it in the queue`;
}

function attemptRows(attempts: RequestStory['attempts'], shades: Shades): string[] {
  const head = ['#', 'begun', 'connect', 'first byte', 'ended', 'outcome', 'upstream'];
  const rows = attempts.map((attempt, place) => [
    String(place + 1),
    formatSeconds(attempt.started_at),
    durationOr(attempt.connect),
    durationOr(attempt.first_byte),
    formatSeconds(attempt.ended_at),
    shown(attempt.outcome),
    shown(attempt.upstream),
  ]);
  const [first = '', ...rest] = columns([head, ...rows], [1, 2, 3, 4]);
  return [shades.faint(`  ${first}`), ...rest.map((line) => `  ${line}`)];
}

const durationOr = (seconds: number | null): string =>
  seconds === null ? '-' : formatSeconds(seconds);

/** Columns as wide as their widest cell; those in `toTheRight` end together. */
function columns(rows: readonly string[][], toTheRight: readonly number[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, at) =>
        toTheRight.includes(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

function shadeOf({ outcome }: RequestSummary, shades: Shades): (text: string) => string {
  if (outcome === 'ok') return shades.good;
  return outcome === 'client_gone' ? shades.faint : shades.bad;
}

const shown = escapeControls;
