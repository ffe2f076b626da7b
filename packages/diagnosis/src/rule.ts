import type { Finding } from '@spillway/contracts';
import type { View } from './view.ts';

/** A finding before it is known for how long it has held. */
export type Sighting = Omit<Finding, 'rule' | 'for_seconds'>;

export interface Rule {
  /** Stable: people and tools match on it. */
  readonly name: string;
  /** Names of rules whose findings this one explains: beside it they are only its symptoms. */
  readonly explains: readonly string[];
  /** What it sees at one poll, most often nothing; at most one for an upstream. */
  readonly look: (view: View) => readonly Sighting[];
}
