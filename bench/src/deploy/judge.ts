import type { Stay } from './backend.ts';
import type { Visit } from './clients.ts';
import type { Change, Run } from './play.ts';
import { apiMs } from './scenario.ts';
import type { Standstill } from './shared-clock.ts';

/** A request is near a change that happens while it is under way, or so long before it, ms. */
const nearMs = 100;
/** Requests admitted by the limit of before may still be on their way for so long, ms. */
const settlesWithinMs = 100;
/** Requests that came closer together than this are not told apart, ms. */
const togetherMs = 5;
const handoverMs = 1;
/** Whose client or backend stood still for longer than this is left out where waits are judged, ms. */
const mostStandstillMs = 10;

/** ms. */
interface Waits {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

type Period = 'before any change' | 'between changes' | Change['what'];

export interface Verdict {
  readonly sent: number;
  /** Of all requests; streams are told apart. */
  readonly results: Readonly<Record<string, number>>;
  readonly streams: { readonly whole: number; readonly faults: readonly string[] };
  /** Arrivals at the backend with more there than any limit in force allows, by service. */
  readonly aboveLimit: Readonly<Record<string, number>>;
  /** Pairs of requests that overtook one another in the queue. */
  readonly outOfOrder: number;
  readonly queued: number;
  readonly badFiles: readonly string[];
  /** How long requests waited beyond their time at the backend, machine included. */
  readonly raw: Readonly<Partial<Record<Period, Waits>>>;
  /** Without those whose client or backend stood still meanwhile. */
  readonly waits: Readonly<Partial<Record<Period, Waits>>>;
  readonly leftOut: number;
  /** Whole seconds in which client or backend stood still, and how many seconds there were. */
  readonly standstillSeconds: readonly [number, number];
}

export function judge(run: Run): Verdict {
  const { changes, faults, visits, streamEnds, stays, standstills } = run;
  const stayOf = new Map(stays.map((stay) => [stay.id, stay]));
  const stood = [...standstills.clients, ...standstills.backend]
    .filter(({ from, until }) => until - from > mostStandstillMs)
    .sort((a, b) => a.from - b.from);
  const served = visits.filter(({ kind, result }) => kind === 'api' && result === '200');
  const undisturbed = served.filter(
    ({ due, end }) => !stood.some(({ from, until }) => from < end && until > due),
  );
  const usualMs = usualTime(stays);
  const periods = new Periods(changes, usualMs, served);
  const waitsOf = (some: readonly Visit[]) => waitsByPeriod(some, stayOf, periods);
  return {
    sent: visits.length,
    results: countBy(visits, ({ result }) => result),
    streams: {
      whole: streamEnds.filter(({ fault }) => fault === null).length,
      faults: streamEnds.flatMap(({ fault }) => fault ?? []),
    },
    aboveLimit: Object.fromEntries(
      ['api', 'slow', 'events'].map((kind) => [
        kind,
        countAboveLimit(
          stays.filter((stay) => stay.kind === kind),
          changes,
          kind,
          standstills.backend,
        ),
      ]),
    ),
    ...orderOf(run, stayOf),
    badFiles: faults,
    raw: waitsOf(served),
    waits: waitsOf(undisturbed),
    leftOut: served.length - undisturbed.length,
    standstillSeconds: secondsOf(stood, visits),
  };
}

/** Arrivals that found more at the backend than any limit of that moment allows. */
export function countAboveLimit(
  stays: readonly Stay[],
  changes: readonly Change[],
  service: string,
  standstills: readonly Standstill[] = [],
): number {
  const arrivals = stays.map(({ from }) => from).sort((a, b) => a - b);
  const ends = stays.map(({ until }) => until).sort((a, b) => a - b);
  let ended = 0;
  let above = 0;
  for (const [i, at] of arrivals.entries()) {
    while ((ends[ended] as number) <= at) ended += 1;
    // What came while it stood still was read when that was over.
    const stoodFrom = standstills.find(({ until }) => until > at - settlesWithinMs)?.from ?? at;
    if (i + 1 - ended > highestLimit(changes, service, Math.min(stoodFrom, at), at)) above += 1;
  }
  return above;
}

/** The highest of those in force now, or a moment ago. */
function highestLimit(
  changes: readonly Change[],
  service: string,
  since: number,
  at: number,
): number {
  let highest = 0;
  for (const [i, { from, limits }] of changes.entries()) {
    const replacedAt = changes[i + 1]?.until ?? Infinity;
    if (from <= at && replacedAt + settlesWithinMs > since)
      highest = Math.max(highest, limits[service] ?? 0);
  }
  return highest;
}

/** Those that waited in one process's queue go to the backend in the order in which they came. */
function orderOf(
  { accessLines }: Run,
  stayOf: ReadonlyMap<string, Stay>,
): { outOfOrder: number; queued: number } {
  const byProcess = new Map<string, { came: number; went: number }[]>();
  for (const { id, service, time, total_ms, queue_ms } of accessLines) {
    const stay = stayOf.get(id);
    if (service !== 'slow' || queue_ms === 0 || stay === undefined) continue;
    const line = byProcess.get(stay.via) ?? [];
    line.push({ came: Date.parse(time) - total_ms, went: stay.from });
    byProcess.set(stay.via, line);
  }
  const lines = [...byProcess.values()];
  return {
    outOfOrder: lines.reduce((sum, line) => sum + countOvertaken(line), 0),
    queued: lines.reduce((sum, { length }) => sum + length, 0),
  };
}

/** Requests that a later one has overtaken. */
export function countOvertaken(line: readonly { came: number; went: number }[]): number {
  const byArrival = [...line].sort((a, b) => a.came - b.came);
  let overtaken = 0;
  let firstOfLater = Infinity;
  let next = byArrival.length - 1;
  for (let i = byArrival.length - 1; i >= 0; i--) {
    const { came, went } = byArrival[i] as { came: number; went: number };
    while ((byArrival[next] as { came: number }).came > came + togetherMs) {
      firstOfLater = Math.min(firstOfLater, (byArrival[next] as { went: number }).went);
      next -= 1;
    }
    if (went > firstOfLater + togetherMs) overtaken += 1;
  }
  return overtaken;
}

function waitsByPeriod(
  visits: readonly Visit[],
  stayOf: ReadonlyMap<string, Stay>,
  periods: Periods,
): Partial<Record<Period, Waits>> {
  const byPeriod = new Map<Period, number[]>();
  for (const visit of visits) {
    const stay = stayOf.get(visit.id);
    if (stay === undefined) continue;
    const { period, heldUntil } = periods.of(visit);
    const waits = byPeriod.get(period) ?? [];
    waits.push(visit.end - Math.max(visit.due, heldUntil) - (stay.until - stay.from));
    byPeriod.set(period, waits);
  }
  return Object.fromEntries([...byPeriod].map(([period, waits]) => [period, summaryOf(waits)]));
}

/** Which change a request met. */
class Periods {
  readonly #changes: readonly Change[];
  readonly #firstAt: number;
  readonly #usualMs: number;
  readonly #dues: readonly number[];

  /** `usualMs`: for how long a request has a permit. */
  constructor(changes: readonly Change[], usualMs: number, visits: readonly Visit[]) {
    this.#changes = changes.slice(1);
    this.#firstAt = changes[1]?.from ?? Infinity;
    this.#usualMs = usualMs;
    this.#dues = visits.map(({ due }) => due).sort((a, b) => a - b);
  }

  /** `heldUntil`: when one that a pause held up is served at the limit, by the shared clock. */
  of({ due, end }: Visit): { period: Period; heldUntil: number } {
    if (end <= this.#firstAt) return { period: 'before any change', heldUntil: 0 };
    for (const pause of this.#changes.filter(({ what }) => what === 'pause')) {
      const heldUntil = this.#heldUntil(pause, due);
      if (heldUntil > due) return { period: 'pause', heldUntil };
    }
    const near = this.#changes.filter(({ from, until }) => from < end && until + nearMs > due);
    const what = near.find((one) => one.what === 'upgrade')?.what ?? near[0]?.what;
    return { period: what ?? 'between changes', heldUntil: 0 };
  }

  /** Whoever comes during a pause, or while its queue is worked off, has those of before in front. */
  #heldUntil({ from, until, limits }: Change, due: number): number {
    if (due < from) return due;
    const ahead = countBelow(this.#dues, due) - countBelow(this.#dues, from);
    return until + (ahead * this.#usualMs) / (limits.api as number);
  }
}

/** Of sorted numbers, how many are below the bound. */
function countBelow(sorted: readonly number[], bound: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What a request takes at the backend, and what the proxy needs to give its permit to the next one. */
function usualTime(stays: readonly Stay[]): number {
  const times = stays.filter(({ kind }) => kind === 'api').map(({ from, until }) => until - from);
  return times.length === 0 ? apiMs : summaryOf(times).p50 + handoverMs;
}

function summaryOf(waits: readonly number[]): Waits {
  const sorted = [...waits].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] as number;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

function secondsOf(
  stood: readonly Standstill[],
  visits: readonly Visit[],
): readonly [number, number] {
  const seconds = new Set(stood.map(({ from }) => Math.floor(from / 1000)));
  const all = visits.map(({ due }) => due).sort((a, b) => a - b);
  const lastedMs = (all.at(-1) ?? 0) - (all[0] ?? 0);
  return [seconds.size, Math.ceil(lastedMs / 1000)];
}

function countBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}
