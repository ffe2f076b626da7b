import { type Outcome, outcomes } from '@spillway/contracts';
import type { ClientGroup } from './scenario.ts';

/** Whether the front door chose this end: the backend was not asked, or not again. */
export const isRefusal = (outcome: Outcome): boolean => outcomes[outcome].refusedBy !== null;

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
