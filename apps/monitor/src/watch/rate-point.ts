import { type Outcome, outcomeNames, outcomes } from '@spillway/contracts';
import type { Interval } from '@spillway/diagnosis';

/** What happened between two polls, for people; a second. */
export interface Rates {
  readonly requests: number;
  readonly failed: number;
  /** Refused by the proxy itself, a part of what failed: the queue, an open breaker, the drain. */
  readonly refused: number;
  readonly timeouts: number;
  readonly retries: number;
}

/** One place of a sparkline; null where it is not known: after a restart, or when a poll failed. */
export interface RatePoint {
  readonly at: number;
  readonly rates: Rates | null;
  readonly inFlight: number | null;
  readonly queued: number | null;
  /** Of the response time, in seconds. */
  readonly p95: number | null;
}

/** Those that the proxy answers without having asked the upstream, for want of room or time. */
export const refusals: readonly Outcome[] = outcomeNames.filter((name) =>
  [429, 503].includes(outcomes[name].status ?? 0),
);

export function ratesOf(interval: Interval): Rates {
  const { byOutcome, seconds } = interval;
  const refused = refusals.reduce((sum, name) => sum + byOutcome[name], 0);
  return {
    requests: interval.requestsPerSecond,
    failed: interval.failuresPerSecond,
    refused: refused / seconds,
    timeouts: interval.timeouts / seconds,
    retries: interval.retries / seconds,
  };
}

/** Null when one of them is unknown to all. */
export function sumRates(all: readonly Rates[]): Rates | null {
  if (all.length === 0) return null;
  const sum = (key: keyof Rates): number => all.reduce((total, rates) => total + rates[key], 0);
  return {
    requests: sum('requests'),
    failed: sum('failed'),
    refused: sum('refused'),
    timeouts: sum('timeouts'),
    retries: sum('retries'),
  };
}
