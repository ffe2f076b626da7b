import { midranks } from './ranks.ts';

/**
 * One-sided Mann-Whitney U test: the probability of ranks as high as those of `high`, or higher, when
 * both samples come from the same distribution. Exact at any size and with ties: the sums of ranks
 * of all ways to deal the pooled ranks are counted, so that no table and no normal approximation is needed.
 */
export function mannWhitney(low: readonly number[], high: readonly number[]): number {
  // Doubled, so that shared ranks such as 2.5 are whole.
  const ranks = midranks([...low, ...high]).map((rank) => 2 * rank);
  const observed = ranks.slice(low.length).reduce((total, rank) => total + rank, 0);
  const ways = waysToSum(ranks, high.length);
  let all = 0;
  let extreme = 0;
  for (const [sum, count] of ways) {
    all += count;
    if (sum >= observed) extreme += count;
  }
  return extreme / all;
}

/** How many subsets of `size` ranks there are for each sum. */
function waysToSum(ranks: readonly number[], size: number): Map<number, number> {
  const bySize = Array.from({ length: size + 1 }, () => new Map<number, number>());
  bySize[0]!.set(0, 1);
  for (const rank of ranks) {
    // From large to small, so that a rank is taken once.
    for (let taken = size; taken >= 1; taken--) {
      const to = bySize[taken]!;
      for (const [sum, count] of bySize[taken - 1]!) {
        to.set(sum + rank, (to.get(sum + rank) ?? 0) + count);
      }
    }
  }
  return bySize[size]!;
}
