import type { Tally } from '@spillway/simulation';

/** What became of the requests, as shares of those offered. */
export interface TallyShares {
  readonly good: number;
  readonly refused: number;
  readonly left: number;
  readonly failed: number;
}

export function sharesOf(tally: Tally): TallyShares {
  const { offered, good, refused, left, unfinished } = tally;
  const of = (count: number): number => (offered === 0 ? 0 : count / offered);
  return {
    good: of(good),
    refused: of(refused),
    left: of(left),
    failed: of(offered - unfinished - good - refused - left),
  };
}
