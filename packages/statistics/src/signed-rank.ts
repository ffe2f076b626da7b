import { midranks } from './ranks.ts';

/**
 * One-sided Wilcoxon signed-rank test for runs taken in pairs: the probability of differences as much
 * above zero as these, or more, when either order within a pair is equally likely. Exact, with ties; pairs without a
 * difference are left out. A drift of the machine that both runs of a pair share cancels out.
 */
export function signedRank(differences: readonly number[]): number {
  const kept = differences.filter((difference) => difference !== 0);
  const ranks = midranks(kept.map(Math.abs)).map((rank) => 2 * rank);
  const observed = ranks.reduce((sum, rank, at) => sum + (kept[at]! > 0 ? rank : 0), 0);
  let ways = new Map<number, number>([[0, 1]]);
  for (const rank of ranks) {
    const next = new Map(ways);
    for (const [sum, count] of ways) next.set(sum + rank, (next.get(sum + rank) ?? 0) + count);
    ways = next;
  }
  let extreme = 0;
  for (const [sum, count] of ways) if (sum >= observed) extreme += count;
  return extreme / 2 ** ranks.length;
}
