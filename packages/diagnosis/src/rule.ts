import type { Evidence, Finding } from '@spillway/contracts';
import type { View } from './view.ts';

type RuleName =
  | 'abandoned-work'
  | 'auto-at-ceiling'
  | 'auto-at-floor'
  | 'breaker-flapping'
  | 'breaker-open'
  | 'certificate-expires'
  | 'clients-leave'
  | 'connect-timeouts'
  | 'connections-high'
  | 'key-at-cap'
  | 'limit-too-low'
  | 'memory-high'
  | 'paused-long'
  | 'pool-too-small'
  | 'proxy-busy'
  | 'proxy-exhausted'
  | 'queue-timeout-long'
  | 'queue-too-small'
  | 'read-timeout-short'
  | 'request-timeout-short'
  | 'retries-cost'
  | 'target-down'
  | 'target-ejected'
  | 'too-much-asked'
  | 'upstream-down'
  | 'upstream-errors'
  | 'upstream-full'
  | 'upstream-hangs'
  | 'upstream-overloaded'
  | 'upstream-slow';

/** A finding before it is known for how long it has held. */
export interface Sighting extends Omit<Finding, 'rule' | 'for_seconds' | 'evidence'> {
  /** Null: not measured, and not told. */
  readonly evidence: readonly (Evidence | null)[];
}

export interface Rule {
  /** Stable: people and tools match on it. */
  readonly name: RuleName;
  /** Rules whose findings this one explains: beside it they are only its symptoms. */
  readonly explains: readonly RuleName[];
  /** It looks at the process, which all services share: told once, without a service. */
  readonly ofProcess?: true;
  /** What it sees at one poll, most often nothing; at most one for an upstream. */
  readonly look: (view: View) => readonly Sighting[];
}
