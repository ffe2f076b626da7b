import type { LoadOutcome } from '@spillway/contracts';

/** What is sent, over and over. */
export interface LoadRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  /** From the sending to the end of the answer, ms. */
  readonly timeoutMs: number;
}

/** How one request ended. Instants in ms of performance.now(). */
export interface RequestResult {
  readonly outcome: LoadOutcome;
  /** 0 when no answer came. */
  readonly status: number;
  /** When the schedule wanted it sent; in the closed model the same as `sentAt`. */
  readonly intendedAt: number;
  readonly sentAt: number;
  readonly endedAt: number;
  /** Content received. */
  readonly bytes: number;
  /** What a Spillway in between says in Proxy-Status; null when nothing does. */
  readonly proxyOutcome: string | null;
  /** Why a request that ended as `local` could not be sent, such as EMFILE; null with every other outcome. */
  readonly localError: string | null;
}

/** Hears of every request: `onSent` once, then `onEnded` exactly once, `unfinished` included. */
export interface Observer {
  onSent(at: number): void;
  onEnded(result: RequestResult): void;
  /** Open model: due, but not sent. */
  onDropped(at: number): void;
}

/** When a run is over: after so many requests, or after so long, whichever is set and comes first. */
export interface RunLength {
  readonly requests: number | null;
  readonly durationMs: number | null;
  /** Wait for what is under way at the end (bounded by the timeout), or count it as unfinished. */
  readonly drain: boolean;
}

export interface ClosedPlan {
  readonly model: 'closed';
  readonly request: LoadRequest;
  readonly length: RunLength;
  /** Connections, each with one request under way. */
  readonly concurrent: number;
}

/** A rate held or ramped to, for a time. */
export interface Stage {
  /** Infinity: until the run's length says. The schedule ends with the last stage. */
  readonly durationMs: number;
  /** Requests a second at its end; the rate goes there in a straight line from the previous stage's. */
  readonly rate: number;
}

export interface OpenPlan {
  readonly model: 'open';
  readonly request: LoadRequest;
  readonly length: RunLength;
  /** A constant rate is one stage that starts at its own rate. */
  readonly stages: readonly Stage[];
  readonly startRate: number;
  readonly arrivals: 'constant' | 'poisson';
  /** Beyond that what is due is dropped, and counted. */
  readonly maxInFlight: number;
  readonly seed: number;
  /** One worker's part of a plan: every `of`-th request from the `index`-th on. Rates stay the whole's. */
  readonly share?: { readonly index: number; readonly of: number };
}

export type LoadPlan = ClosedPlan | OpenPlan;

/** Runs a plan to its end; an abort of `signal` ends it early, what is under way being `unfinished`. */
export type Engine<Plan extends LoadPlan> = (
  plan: Plan,
  observer: Observer,
  signal: AbortSignal,
) => Promise<void>;
