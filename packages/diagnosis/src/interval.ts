import { type Outcome, outcomeNames, outcomes, type Shortages } from '@spillway/contracts';
import type { Observation } from './observation.ts';

/** What happened between two polls of one life of the proxy. */
export interface Interval {
  /** Measured by the proxy's own clock, or the watcher's where that stands still. */
  readonly seconds: number;
  /** Requests that arrived. */
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Requests that ended, by how. */
  readonly finished: number;
  readonly byOutcome: Readonly<Record<Outcome, number>>;
  readonly ok: number;
  readonly okPerSecond: number;
  readonly failures: number;
  readonly failuresPerSecond: number;
  readonly timeouts: number;
  /** Refused by the queue: full, waited too long or in vain, or gave way. */
  readonly queueRejected: number;
  readonly clientAborted: number;
  readonly retries: number;
  /** What failed for want of something that the operating system gives. */
  readonly shortages: Shortages;
}

/** Rates over less than the clocks tell apart are noise. */
const shortestSeconds = 0.001;

/** Null when no time passed, or when the proxy was restarted in between. */
export function between(earlier: Observation, later: Observation): Interval | null {
  const seconds = secondsBetween(earlier, later);
  if (!(seconds >= shortestSeconds) || restarted(earlier, later)) return null;
  const requests = later.total - earlier.total;
  const sums = sumsOf(earlier, later);
  return {
    seconds,
    requests,
    requestsPerSecond: requests / seconds,
    okPerSecond: sums.ok / seconds,
    failuresPerSecond: sums.failures / seconds,
    retries: later.retries - earlier.retries,
    shortages: shortagesSince(earlier.shortages, later.shortages),
    ...sums,
  };
}

/** Another start, or a counter that fell: what was counted before says nothing about what is now. */
export function restarted(earlier: Observation, later: Observation): boolean {
  return (
    earlier.startedAt !== later.startedAt ||
    later.uptime < earlier.uptime ||
    later.total < earlier.total ||
    later.retries < earlier.retries ||
    outcomeNames.some((name) => countOf(later, name) < countOf(earlier, name))
  );
}

export function secondsBetween(earlier: Observation, later: Observation): number {
  const byProxy = later.uptime - earlier.uptime;
  return byProxy > 0 ? byProxy : later.at - earlier.at;
}

const shortagesSince = (earlier: Shortages, later: Shortages): Shortages => ({
  descriptors: later.descriptors - earlier.descriptors,
  ports: later.ports - earlier.ports,
  memory: later.memory - earlier.memory,
});

const countOf = (observation: Observation, name: Outcome): number =>
  observation.outcomes[name] ?? 0;

function sumsOf(earlier: Observation, later: Observation) {
  const byOutcome = {} as Record<Outcome, number>;
  const sums = { finished: 0, ok: 0, failures: 0, timeouts: 0, queueRejected: 0, clientAborted: 0 };
  for (const name of outcomeNames) {
    const count = countOf(later, name) - countOf(earlier, name);
    const rule = outcomes[name];
    byOutcome[name] = count;
    sums.finished += count;
    if (rule.class === 'success') sums.ok += count;
    else if (rule.class === 'client_gone') sums.clientAborted += count;
    else sums.failures += count;
    if (rule.timeout) sums.timeouts += count;
    if (rule.queueRejected) sums.queueRejected += count;
  }
  return { byOutcome, ...sums };
}
