import type { Outcome } from '@spillway/contracts';
import type { RefusalReason } from '@spillway/core';
import type { BackendEnding } from './backend.ts';
import type { ClientGroup } from './scenario.ts';

/** How a call ends: by an outcome, or a reason of the limiter's that is none by itself. */
export type Ending = Outcome | Exclude<RefusalReason, 'flushed'>;

/** The line is flushed when the breaker opens. */
export function endingOf(reason: RefusalReason): Ending {
  return reason === 'flushed' ? 'breaker_open' : reason;
}

/** Ends that the front door chose: the backend was not asked, or not again. */
export const refusals: ReadonlySet<Ending> = new Set<Ending>([
  'queue_full',
  'queue_timeout',
  'deadline_unreachable',
  'overloaded',
  'displaced',
  'key_limit',
  'breaker_open',
]);

/** What the client learns, and what is counted. */
export interface CallEnding {
  readonly outcome: Ending;
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
