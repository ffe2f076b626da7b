import type { Outcome } from '@spillway/contracts';
import type { RetryDecision, Ticket, Tried, Try } from '@spillway/core';
import type { ShortageKind } from '@spillway/diagnosis';
import type { Upstream } from '../service/upstream/upstream.ts';
import type { PickedTarget } from '../service/upstream/upstreams.ts';
import type { Exchange } from './exchange.ts';

/** What is known of one try, for whoever judges it or tells of it: breaker, limit, log, stories, spans. */
export abstract class AttemptRecord implements Try, Tried<Upstream> {
  readonly upstream: Upstream;
  readonly ticket: Ticket;
  /** The one before it. */
  readonly previous: AttemptRecord | null;
  /** What the request had spent in the queue when it was begun. */
  readonly queueWaitMs: number;
  /** Requests that its target was working on when it was begun. */
  readonly activeThere: number;

  /** Instants in ms: begun, the request begun to be written, the answer's first byte, the end; 0 when there was none. */
  readonly startedAt: number;
  writtenAt = 0;
  answeredAt = 0;
  endedAt = 0;
  /** The whole request is with the upstream. */
  sent = false;
  /** -1: it got no connection. */
  connectMs = -1;
  /** All connections of the pool were busy at its start. */
  waitedForConnection = false;

  /** Set when the attempt ends; only a mistake of ours breaks it off before. */
  outcome: Outcome = 'proxy_internal_error';
  /** Of the answer; 0 when none came. */
  status = 0;
  /** What went wrong with it. */
  detail = '';
  /** Of an answer from 400 on; null where it doesn't say. */
  retryAfterMs: number | null = null;
  /** It answered in HTTP, but nothing that may be relayed. */
  unrelayable = false;
  /** A proxy behind us has refused the request because it came back to it. */
  looped = false;
  /** What this process was out of. */
  shortage: ShortageKind | null = null;
  /** Its name for the search for the limit. */
  call = -1;
  /** Set when it failed with nothing relayed: whether and when to try again. */
  retry: RetryDecision | null = null;

  constructor(
    { upstream, ticket }: PickedTarget,
    { instance, lastAttempt, queueWaitMs }: Exchange,
  ) {
    this.upstream = upstream;
    this.ticket = ticket;
    this.activeThere = upstream.active;
    this.previous = lastAttempt;
    this.queueWaitMs = queueWaitMs;
    this.startedAt = instance.wheel.now();
  }

  /** For the balancer. */
  get target(): Upstream {
    return this.upstream;
  }

  get written(): boolean {
    return this.writtenAt > 0;
  }

  get answered(): boolean {
    return this.answeredAt > 0;
  }

  get ended(): boolean {
    return this.endedAt > 0;
  }
}
