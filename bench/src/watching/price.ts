import type { Load } from './loads.ts';
import { type Estimate, medianInterval } from './median-interval.ts';
import type { Slice } from './slice.ts';

/** What one poll costs the proxy, at one pace of one watcher. */
export interface Price {
  readonly watcher: string;
  /** As it came to be, in the slices measured. */
  readonly pollsPerSecond: number;
  readonly usPerPoll: Estimate;
}

/** One load: what the proxy takes unwatched, and what polls add. */
export interface Prices {
  readonly requestsPerSecond: number;
  readonly usPerSecond: Estimate;
  readonly usPerRequest: Estimate;
  readonly polls: readonly Price[];
}

/**
 * A watched slice is compared with the unwatched one of its round: what it used beyond as many requests, or as much
 * time, unwatched is what its polls cost.
 */
export function priceSlices(slices: readonly Slice[], per: Load['per']): Prices {
  const unwatched = slices.filter(({ watcher }) => watcher === null);
  const kinds = new Map<string, Slice[]>();
  for (const slice of slices) {
    const { watcher, pollsPerSecond } = slice;
    if (watcher === null) continue;
    const kind = `${watcher} ${String(pollsPerSecond).padStart(5)}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), slice]);
  }
  const amount = ({ requests, seconds }: Slice) => (per === 'request' ? requests : seconds);
  const usPerPoll = (slice: Slice) => {
    const plain = unwatched.find(({ round }) => round === slice.round) as Slice;
    return (slice.cpuUs - (plain.cpuUs / amount(plain)) * amount(slice)) / slice.polls;
  };
  return {
    requestsPerSecond: rateOf(unwatched, ({ requests }) => requests),
    usPerSecond: medianInterval(unwatched.map(({ cpuUs, seconds }) => cpuUs / seconds)),
    usPerRequest: medianInterval(unwatched.map(({ cpuUs, requests }) => cpuUs / requests)),
    polls: [...kinds].sort(byName).map(([, same]) => ({
      watcher: same[0]?.watcher as string,
      pollsPerSecond: rateOf(same, ({ polls }) => polls),
      usPerPoll: medianInterval(same.map(usPerPoll)),
    })),
  };
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

function rateOf(slices: readonly Slice[], count: (slice: Slice) => number): number {
  const sum = (of: (slice: Slice) => number) => slices.reduce((total, one) => total + of(one), 0);
  return sum(count) / sum(({ seconds }) => seconds);
}
