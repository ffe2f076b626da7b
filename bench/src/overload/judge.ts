import type { VisitLine } from './client/open-client.ts';
import type { VisitEnd } from './client/visit.ts';
import type { Run } from './measure.ts';
import type { Scenario } from './scenario.ts';

/** Figures of one group of clients, or of all. */
export interface GroupFigures {
  readonly name: string;
  readonly offered: number;
  readonly good: number;
  /** Good answers over what an ideal proxy would have given, 1 at best. */
  readonly goodput: number;
  /** ms, from when the request was due; null without any. */
  readonly goodMs: { readonly p50: number | null; readonly p99: number | null };
  /** ms to hear no; null when nobody was refused. */
  readonly refusedMs: { readonly p50: number | null };
  readonly ends: Readonly<Record<VisitEnd, number>>;
}

export interface Figures {
  readonly all: GroupFigures;
  readonly groups: readonly GroupFigures[];
  /** Requests at the backend over requests of clients. */
  readonly amplification: number;
  readonly maxQueued: number;
  /** Seconds after the trouble until goodput is back for good; null when it never is. */
  readonly recoverySeconds: number | null;
}

/** What the records of one run say. `measured`: requests a second that the usual backend was seen to do. */
export function judge(scenario: Scenario, run: Run, measured: number): Figures {
  const capacity = scenario.capacityPerSecond ?? measured;
  const counted = run.lines.filter(([, at]) => at >= scenario.warmUpSeconds * 1000);
  const groups = scenario.groups.map(({ name }, index) =>
    figuresOf(
      name,
      scenario,
      counted.filter(([group]) => group === index),
      capacity,
      index,
    ),
  );
  return {
    all: figuresOf('all', scenario, counted, capacity, null),
    groups,
    amplification: run.received / run.lines.length,
    maxQueued: run.maxQueued,
    recoverySeconds: recoveryOf(scenario, run.lines, capacity),
  };
}

function figuresOf(
  name: string,
  scenario: Scenario,
  lines: readonly VisitLine[],
  capacity: number,
  group: number | null,
): GroupFigures {
  const good = lines.filter(([, , , end]) => end === 'good');
  const refused = lines.filter(([, , , end]) => end === 'refused');
  const count = (wanted: VisitEnd) => lines.filter(([, , , end]) => end === wanted).length;
  return {
    name,
    offered: lines.length,
    good: good.length,
    goodput: good.length / idealOf(scenario, lines, capacity, group),
    goodMs: { p50: quantile(timesOf(good), 0.5), p99: quantile(timesOf(good), 0.99) },
    refusedMs: { p50: quantile(timesOf(refused), 0.5) },
    ends: {
      good: good.length,
      refused: refused.length,
      error: count('error'),
      left: count('left'),
    },
  };
}

/**
 * What an ideal proxy gives: everything offered, or what the backend can do, second by second. A single group
 * is measured by what it offered: it is for the scenario to offer no more than its share.
 */
function idealOf(
  scenario: Scenario,
  lines: readonly VisitLine[],
  capacity: number,
  group: number | null,
): number {
  if (group !== null || scenario.groups.some(({ query }) => query !== '')) return lines.length;
  const { warmUpSeconds, seconds } = scenario;
  let ideal = 0;
  for (let second = warmUpSeconds; second < seconds; second++) {
    const offered = lines.filter(([, at]) => Math.floor(at / 1000) === second).length;
    ideal += Math.min(offered, capacity * shareLeft(scenario, second));
  }
  return ideal;
}

function shareLeft({ trouble, capacityInTrouble = 1 }: Scenario, second: number): number {
  return trouble && second >= trouble.from && second < trouble.to ? capacityInTrouble : 1;
}

const windowMs = 250;

/** From the end of the trouble until 90 % of what is offered is good, in every window from then on but a few. */
function recoveryOf(
  scenario: Scenario,
  lines: readonly VisitLine[],
  capacity: number,
): number | null {
  const { trouble, seconds } = scenario;
  if (trouble === undefined) return null;
  const windows: { offered: number; good: number }[] = [];
  for (const [, at, , end] of lines) {
    const index = Math.floor((at - trouble.to * 1000) / windowMs);
    if (index < 0 || at >= seconds * 1000) continue;
    windows[index] ??= { offered: 0, good: 0 };
    windows[index].offered += 1;
    if (end === 'good') windows[index].good += 1;
  }
  const perWindow = (capacity * windowMs) / 1000;
  const isWell = (window: { offered: number; good: number } | undefined) =>
    window === undefined || window.good >= 0.9 * Math.min(window.offered, perWindow);
  for (let i = 0; i < windows.length; i++) {
    if (windows.slice(i, i + 4).every(isWell)) return (i * windowMs) / 1000;
  }
  return null;
}

const timesOf = (lines: readonly VisitLine[]): number[] =>
  lines.map(([, , tookMs]) => tookMs).sort((a, b) => a - b);

/** Of sorted values, by nearest rank. */
const quantile = (sorted: readonly number[], p: number): number | null =>
  sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? null;
