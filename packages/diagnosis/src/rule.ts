import type { Finding } from '@spillway/contracts';
import type { View } from './view.ts';

type RuleName =
  | 'breaker-flapping'
  | 'breaker-open'
  | 'clients-leave'
  | 'connect-timeouts'
  | 'limit-too-low'
  | 'memory-high'
  | 'pool-too-small'
  | 'proxy-busy'
  | 'queue-timeout-long'
  | 'queue-too-small'
  | 'read-timeout-short'
  | 'request-timeout-short'
  | 'retries-cost'
  | 'upstream-down'
  | 'upstream-errors'
  | 'upstream-full'
  | 'upstream-hangs'
  | 'upstream-overloaded'
  | 'upstream-slow';

/** A finding before it is known for how long it has held. */
export type Sighting = Omit<Finding, 'rule' | 'for_seconds'>;

export interface Rule {
  /** Stable: people and tools match on it. */
  readonly name: RuleName;
  /** Rules whose findings this one explains: beside it they are only its symptoms. */
  readonly explains: readonly RuleName[];
  /** What it sees at one poll, most often nothing; at most one for an upstream. */
  readonly look: (view: View) => readonly Sighting[];
}
