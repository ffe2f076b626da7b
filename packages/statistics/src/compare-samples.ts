import { holm } from './holm.ts';
import { mannWhitney } from './mann-whitney.ts';
import { median } from './median.ts';
import { signedRank } from './signed-rank.ts';

/** With fewer on a side chance can hardly be told from a change. */
const minimumRuns = 5;

const significance = 0.05;
const smallestShare = 0.1;

/** One thing measured in every run. */
export interface Measure {
  readonly name: string;
  readonly unit: string;
  readonly worse: 'higher' | 'lower';
  /** Differences below this are nobody's concern, however certain and however large their share. */
  readonly floor: number;
  readonly base: readonly number[];
  readonly head: readonly number[];
}

export type RowVerdict = 'same' | 'worse' | 'better' | 'inconclusive';

export interface ComparisonRow extends Measure {
  readonly baseMedian: number;
  readonly headMedian: number;
  /** Head's median over base's; null when base's is 0. */
  readonly ratio: number | null;
  /** Of a difference like this by chance, corrected for the number of measures. */
  readonly probability: number;
  readonly verdict: RowVerdict;
}

export interface Comparison {
  /** `inconclusive`: too few runs to conclude anything. */
  readonly verdict: 'passed' | 'regression' | 'inconclusive';
  readonly rows: readonly ComparisonRow[];
  /** Why it is inconclusive. */
  readonly reason: string | null;
}

/**
 * Compares runs of two builds, measure by measure. A regression is significant (5 %, one-sided, corrected
 * by Holm) *and* larger than max(10 % of base's median, the measure's floor). `paired` says that the n-th run of base and
 * of head were taken right after each other: then a drift that both share is cancelled out.
 */
export function compareSamples(measures: readonly Measure[], paired = false): Comparison {
  const worse = holm(measures.map((measure) => probabilityOfChance(measure, paired)));
  const better = holm(measures.map((measure) => probabilityOfChance(mirrored(measure), paired)));
  const runs = Math.min(...measures.flatMap(({ base, head }) => [base.length, head.length]));
  const needed = runsNeeded(measures.length, paired);
  const enough = runs >= needed;
  const rows = measures.map((measure, at): ComparisonRow => {
    const baseMedian = median(measure.base);
    const headMedian = median(measure.head);
    const isWorse = measure.worse === 'higher' ? headMedian > baseMedian : headMedian < baseMedian;
    const probability = (isWorse ? worse : better)[at]!;
    const large =
      Math.abs(headMedian - baseMedian) >
      Math.max(smallestShare * Math.abs(baseMedian), measure.floor);
    return {
      ...measure,
      baseMedian,
      headMedian,
      ratio: baseMedian === 0 ? null : headMedian / baseMedian,
      probability,
      verdict: verdictOf({ enough, large, significant: probability < significance, isWorse }),
    };
  });
  if (!enough) {
    const reason = `Nothing can be concluded from fewer than ${needed} runs of each: there are ${runs}.`;
    return { verdict: 'inconclusive', rows, reason };
  }
  const regressed = rows.some(({ verdict }) => verdict === 'worse');
  return { verdict: regressed ? 'regression' : 'passed', rows, reason: null };
}

/**
 * Runs of each with which a change can be found at all: with fewer, not even every run of head being worse than all of
 * base would be significant, and a comparison that can't fail must not pass.
 */
export function runsNeeded(measures: number, paired: boolean): number {
  const clearest = (runs: number) => (paired ? 0.5 ** runs : 1 / choose(2 * runs, runs));
  let runs = minimumRuns;
  while (clearest(runs) * measures >= significance) runs += 1;
  return runs;
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return ways;
}

interface Judged {
  enough: boolean;
  large: boolean;
  significant: boolean;
  isWorse: boolean;
}

function verdictOf({ enough, large, significant, isWorse }: Judged): RowVerdict {
  if (!enough) return 'inconclusive';
  if (!large || !significant) return 'same';
  return isWorse ? 'worse' : 'better';
}

function mirrored(measure: Measure): Measure {
  return { ...measure, worse: measure.worse === 'higher' ? 'lower' : 'higher' };
}

function probabilityOfChance({ base, head, worse }: Measure, paired: boolean): number {
  const [low, high] = worse === 'higher' ? [base, head] : [head, base];
  if (!paired) return mannWhitney(low, high);
  return signedRank(high.slice(0, low.length).map((value, at) => value - low[at]!));
}
