import type { Outcome } from '@spillway/contracts';
import type { BackendEnding } from './backend.ts';
import type { ClientGroup } from './scenario.ts';

/** What the client learns, and what is counted. */
export interface CallEnding {
  readonly outcome: Outcome;
  readonly queueWaitMs: number;
  /** Requests sent upstream for it. */
  readonly attempts: number;
}

/** One request as a client sends it. */
export interface Call {
  readonly group: ClientGroup;
  /** What it takes at the backend. */
  readonly serviceMs: number;
  /** Once, unless the client has left before; maybe at once. */
  onEnding(ending: CallEnding): void;
}

/** A call under way. */
export interface OpenCall {
  /** The client goes away; gives what was spent on it. */
  leave(): CallEnding;
}

/** Whatever the clients talk to: the proxy, or something simpler for comparison. */
export interface FrontDoor {
  /** In the line before the backend. */
  readonly queued: number;
  open(call: Call): OpenCall;
}

export function outcomeOf(ending: BackendEnding): Outcome {
  if (typeof ending === 'string') return ending;
  return ending >= 500 ? 'upstream_error' : 'ok';
}
