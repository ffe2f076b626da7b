import type { Outcome } from '@spillway/contracts';
import type { RemainingWork } from '../admission/remaining-work.ts';
import type { Asker } from '../admission/wait-queue.ts';
import type { Breaker } from '../breaker/breaker.ts';
import type { Ticket } from '../breaker/breaker-tickets.ts';
import type { RetryDecision, RetryPolicy } from '../retry/retry-policy.ts';
import type { ServiceMedian } from '../retry/service-median.ts';

/** What is kept of one request from its arrival to its end. The record is its caller's; `RequestLife` writes into it. */
export interface Course extends Asker {
  readonly method: string;
  /** 0 to 511: requests of one kind take about as long. */
  readonly kind: number;
  /** What is retried, and when. */
  readonly retryPolicy: RetryPolicy;
  /** Longest silence of the target before its response begins, ms. */
  readonly firstByteTimeoutMs: number;
  /** Instant, ms. */
  readonly receivedAt: number;
  /** What ends it from outside, whatever it is doing: the client left, its time is over, … Null: nothing has. */
  readonly interrupted: Outcome | null;
  /** Attempts begun. */
  readonly attempts: number;
  /** It has a place in the retry budget. */
  holdsRetry: boolean;
  /** Retries made soon because others succeeded. */
  quickRetries: number;
  /** The failure that a retry is to mend: what to say when it gets no place. */
  lastFailure: Outcome | null;
  /** What kept the retry that was due from being made. */
  retryRefusal: Outcome | null;
}

/** What is kept of one try at one target. Its caller fills it in as things happen. Instants in ms. */
export interface Try {
  readonly upstream: JudgedTarget;
  readonly ticket: Ticket;
  readonly startedAt: number;
  readonly writtenAt: number;
  readonly answeredAt: number;
  readonly endedAt: number;
  /** Any byte of the request may be with the target. */
  readonly written: boolean;
  /** All of it is. */
  readonly sent: boolean;
  /** The head of the response has come. */
  readonly answered: boolean;
  /** False once it is given back: a mistake of ours broke it off. */
  readonly ended: boolean;
  /** How it ended. */
  readonly outcome: Outcome;
  /** Of the response; 0 when none came. */
  readonly status: number;
  /** It answered in HTTP, but nothing that may be relayed. */
  readonly unrelayable: boolean;
  /** A proxy behind us refused the request because it came back to it. */
  readonly looped: boolean;
  /** Retry-After of the response; null without one. */
  readonly retryAfterMs: number | null;
  /** Set by `started`: its name for the search for the limit; -1: it has none. */
  call: number;
  /** Set by `decide`. */
  retry: RetryDecision | null;
}

/** What is known of one target, for the decisions on its requests. */
export interface JudgedTarget {
  readonly breaker: Breaker;
  readonly remainingWork: RemainingWork;
  readonly serviceMedian: ServiceMedian;
}

/** The breakers of all targets, and what else takes these out of use; asked before a permit is taken. */
export interface Breakers {
  /** Whether a new request may come in. Ask once a request: a breaker that has just closed lets in a part of them. */
  admits(): boolean;
  /** Whether any lets an attempt through now. */
  allow(): boolean;
  /** Why none does. */
  refusal(): Outcome;
}
