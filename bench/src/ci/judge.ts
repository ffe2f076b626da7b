import { type Comparison, compareSamples, type Measure, runsNeeded } from '@spillway/statistics';
import type { CiSample } from './measure.ts';

interface Measured extends Omit<Measure, 'base' | 'head'> {
  readonly read: (sample: CiSample) => number;
}

/**
 * CPU time a request is what a change is judged by first: it hardly moves when neighbours take the machine's time.
 * The floors are what scheduling alone moves on a shared machine.
 */
const measured: readonly Measured[] = [
  {
    name: 'CPU a request',
    unit: 'us',
    worse: 'higher',
    floor: 5,
    read: (sample) => sample.cpuUsPerRequest,
  },
  {
    name: 'p50',
    unit: 'ms',
    worse: 'higher',
    floor: 0.5,
    read: (sample) => 1_000 * sample.p50,
  },
  { name: 'p99', unit: 'ms', worse: 'higher', floor: 2, read: (sample) => 1_000 * sample.p99 },
  { name: 'answers', unit: '/s', worse: 'lower', floor: 20, read: (sample) => sample.okPerSecond },
];

/** Rounds with which a regression can be found at all. */
export const roundsNeeded = runsNeeded(measured.length, true);

/** Compares the runs of a round with each other: what the machine did meanwhile, it did to both. */
export function judgeSamples(samples: readonly CiSample[]): Comparison {
  const of = (side: CiSample['side'], read: Measured['read']) =>
    samples
      .filter((sample) => sample.side === side)
      .sort((a, b) => a.round - b.round)
      .map(read);
  return compareSamples(
    measured.map(({ read, ...measure }) => ({
      ...measure,
      base: of('base', read),
      head: of('head', read),
    })),
    true,
  );
}
