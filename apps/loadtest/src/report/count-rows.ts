import type { LoadReport } from '@spillway/contracts';

export interface CountRow {
  readonly name: string;
  readonly count: number;
}

/** Outcomes that happened, the good ones first as in the contract. */
export function outcomeRows({ counts }: LoadReport): CountRow[] {
  return nonZero(counts.outcomes);
}

/** By number. */
export function statusRows({ counts }: LoadReport): CountRow[] {
  return nonZero(counts.statuses).sort((a, b) => Number(a.name) - Number(b.name));
}

/** What a Spillway in between says of its own answers, most frequent first. */
export function proxyOutcomeRows({ counts }: LoadReport): CountRow[] {
  return nonZero(counts.proxy_outcomes).sort((a, b) => b.count - a.count);
}

/** Why requests could not be sent that ended as `local`, most frequent first. */
export function localErrorRows({ counts }: LoadReport): CountRow[] {
  return nonZero(counts.local_errors).sort((a, b) => b.count - a.count);
}

function nonZero(counts: Readonly<Record<string, number>>): CountRow[] {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => ({ name, count }));
}
