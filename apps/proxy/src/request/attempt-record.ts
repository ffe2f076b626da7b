import type { Outcome } from '@spillway/contracts';
import { type BreakerResult, breakerVerdict, type RetryDecision, type Tried } from '@spillway/core';
import type { Upstream } from '../upstream/upstream.ts';
import type { Exchange } from './exchange.ts';

/** What is known of one try, for whoever judges it or tells of it: breaker, limit, log, stories, spans. */
export abstract class AttemptRecord implements Tried<Upstream> {
  readonly upstream: Upstream;
  /** The one before it. */
  readonly previous: AttemptRecord | null;
  /** What the request had spent in the queue when it was begun. */
  readonly queueWaitMs: number;

  /** Instants in ms: begun, the request begun to be written, the answer's first byte, the end; 0 when there was none. */
  readonly startedAt: number;
  writtenAt = 0;
  answeredAt = 0;
  endedAt = 0;
  /** -1: it got no connection. */
  connectMs = -1;
  /** All connections of the pool were busy at its start. */
  waitedForConnection = false;

  /** Set when the attempt ends. */
  outcome: Outcome = 'ok';
  /** Of the answer; 0 when none came. */
  status = 0;
  /** What went wrong with it. */
  detail = '';
  /** For how long the upstream asked to be left alone with its 502, 503 or 504; ms. */
  retryAfterMs = 0;
  /** Set when it failed with nothing relayed: whether and when to try again. */
  retry: RetryDecision | null = null;

  constructor(upstream: Upstream, { instance, lastAttempt, queueWaitMs }: Exchange) {
    this.upstream = upstream;
    this.previous = lastAttempt;
    this.queueWaitMs = queueWaitMs;
    this.startedAt = instance.wheel.now();
  }

  /** For the balancer. */
  get target(): Upstream {
    return this.upstream;
  }

  /** Whether the upstream is to blame, for its breaker. */
  get verdict(): BreakerResult {
    return breakerVerdict(this.outcome, this.status);
  }
}
