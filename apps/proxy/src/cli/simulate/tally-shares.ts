import type { Tally } from '@spillway/simulation';

const refusals = ['queue_full', 'queue_timeout', 'breaker_open'] as const;

/** What became of the requests, as shares of those offered. */
export interface TallyShares {
  readonly good: number;
  readonly refused: number;
  readonly left: number;
  readonly failed: number;
}

export function sharesOf(tally: Tally): TallyShares {
  const { offered, good, notGood, unfinished } = tally;
  const of = (count: number): number => (offered === 0 ? 0 : count / offered);
  const refused = refusals.reduce((sum, outcome) => sum + (notGood[outcome] ?? 0), 0);
  const left = notGood.client_gone ?? 0;
  return {
    good: of(good),
    refused: of(refused),
    left: of(left),
    failed: of(offered - unfinished - good - refused - left),
  };
}
