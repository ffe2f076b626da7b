import { breakerFailureStatuses, type Outcome, outcomes } from '@spillway/contracts';
import type { RefusalReason } from '../admission/wait-queue.ts';
import { breakerVerdict } from '../breaker/breaker-verdict.ts';
import type { Lease } from '../lease-table.ts';
import type { RetryDecision } from '../retry/retry-policy.ts';
import type { Decisions } from '../service/build-decisions.ts';
import type { ServiceSettings } from '../service/service-settings.ts';
import { remaining } from '../time/deadline.ts';
import type { TimeSource } from '../time/time-source.ts';
import type { Breakers, Course, Try } from './course.ts';

/**
 * The rules of a request's life, for whoever leads one: the proxy, and the simulations. It waits for nothing and keeps
 * nothing of a request; what has to be remembered is in the `Course` and the `Try`. The order of the calls:
 *
 *     begin
 *       shed         before each attempt's permit
 *       turnedAway   where the limiter or the breakers have no place after all
 *       started      an attempt goes to its target
 *       answered     the head of a response has come
 *       decide       the attempt has failed, with nothing relayed
 *       settle       the permit goes back, whether or not an attempt was made with it
 *       next         end or again
 *     end            in any case
 *
 * Where one of them returns an outcome, the request ends with it.
 */
export class RequestLife {
  #settings: Pick<ServiceSettings, 'abandoned'>;
  #decisions: Decisions;
  readonly #breakers: Breakers;
  readonly #clock: Pick<TimeSource, 'now'>;
  #underWay = 0;

  constructor(
    settings: Pick<ServiceSettings, 'abandoned'>,
    decisions: Decisions,
    breakers: Breakers,
    clock: Pick<TimeSource, 'now'>,
  ) {
    this.#settings = settings;
    this.#decisions = decisions;
    this.#breakers = breakers;
    this.#clock = clock;
  }

  /** Other settings and decisions from now on, for requests under way too: their permits and retries stay counted. */
  reconfigure(settings: Pick<ServiceSettings, 'abandoned'>, decisions: Decisions): void {
    this.#settings = settings;
    this.#decisions = decisions;
  }

  /** Requests begun and not ended, those in the queue and between two attempts among them. */
  get underWay(): number {
    return this.#underWay;
  }

  begin(course: Course): Outcome | null {
    this.#underWay++;
    this.#decisions.retryBudget.onRequest();
    return this.#isLate(course) ? 'deadline_unreachable' : null;
  }

  shed(course: Course): Outcome | null {
    if (course.interrupted !== null) return course.interrupted;
    // The breaker's ramp is for new requests: a retry has passed it before.
    const { lastFailure } = course;
    const mayTry = lastFailure === null ? this.#breakers.admits() : this.#breakers.allow();
    return mayTry ? null : this.turnedAway(course, this.#breakers.refusal());
  }

  /** What to say of a refusal; where it befell a retry, the failure that this was to mend. */
  turnedAway(course: Course, reason: RefusalReason | Outcome): Outcome {
    if (course.interrupted !== null) return course.interrupted;
    if (this.isExpiry(course, reason)) return 'http_response_timeout';
    // The queue is flushed when the last target goes: whoever waits is told immediately.
    const refusal = reason === 'flushed' ? this.#breakers.refusal() : reason;
    if (course.lastFailure === null) return refusal;
    course.retryRefusal = refusal;
    return course.lastFailure;
  }

  /** Its time is over, and not only too short: the deadline's own timer of the same instant comes second. */
  isExpiry(course: Course, reason: RefusalReason | Outcome): boolean {
    return reason === 'deadline_unreachable' && this.#isLate(course);
  }

  started(attempt: Try): void {
    this.#decisions.limitTuner?.onStart(attempt);
  }

  answered(attempt: Try): void {
    const { upstream, ticket, status, looped, retryAfterMs, writtenAt, answeredAt } = attempt;
    this.#decisions.limitTuner?.onFirstByte(attempt);
    const { breaker, remainingWork, serviceMedian } = upstream;
    const firstByteMs = answeredAt - writtenAt;
    serviceMedian.record(firstByteMs);
    remainingWork.answered(firstByteMs);
    breaker.answered(ticket);
    // A probe is judged at the first byte: a stream of minutes must not keep the breaker half-open.
    if (breaker.state.name !== 'half_open') return;
    const verdict = looped ? 'ignored' : breakerVerdict('upstream_error', status);
    breaker.settle(ticket, verdict, restMs(status, retryAfterMs));
  }

  /** Whether to put a response aside and ask `decide`, by its status alone. */
  mayMend({ retryPolicy }: Course, status: number): boolean {
    return retryPolicy.mayMend(status);
  }

  /**
   * Whether and when to try again. A yes has taken a place in the retry budget: the one that the attempt had when
   * it was a retry itself, as it is over. Were that still held, the last of many would block itself.
   */
  decide(course: Course, attempt: Try, outcome: Outcome, bodyReplayable: boolean): RetryDecision {
    const { permits } = this.#decisions;
    this.#endRetry(course);
    const decision = course.retryPolicy.decide(
      {
        outcome,
        status: attempt.status,
        method: course.method,
        attempt: course.attempts,
        quickMade: course.quickRetries,
        requestWritten: attempt.written,
        bodyReplayable,
        retryAfterMs: attempt.retryAfterMs,
        remainingMs: remaining(course.deadline, this.#clock.now()),
        medianServiceMs: attempt.upstream.serviceMedian.medianMs(),
        othersSucceed: this.#decisions.recentOutcomes.othersSucceed,
      },
      // Those in backoff hold no permit, but they are under way.
      this.#underWay - permits.queued,
    );
    course.holdsRetry = decision.retry;
    if (decision.retry && decision.isQuick) course.quickRetries++;
    attempt.retry = decision;
    return decision;
  }

  /** Tells the breaker and the limit how the attempt ended, and gives the permit back. Null: none was made. */
  settle(course: Course, lease: Lease, attempt: Try | null): void {
    let holdMs = 0;
    try {
      if (attempt !== null) holdMs = this.#judge(course, attempt);
    } finally {
      const { permits } = this.#decisions;
      // Only what went its way tells how long service takes.
      if (attempt !== null && course.interrupted === null) permits.release(lease);
      else permits.abandon(lease, holdMs);
    }
  }

  /** Null: another attempt is due, in `attempt.retry.delayMs`. */
  next(course: Course, attempt: Try): Outcome | null {
    const { interrupted } = course;
    if (interrupted === null && attempt.retry?.retry) {
      course.lastFailure = attempt.outcome;
      return null;
    }
    this.#endRetry(course);
    return interrupted ?? attempt.outcome;
  }

  end(course: Course): void {
    this.#underWay--;
    this.#endRetry(course);
  }

  /** How long the target is thought to go on with it, ms. */
  #judge(course: Course, attempt: Try): number {
    const { upstream, ticket, outcome, status, unrelayable, retryAfterMs } = attempt;
    if (!attempt.ended) {
      upstream.breaker.settle(ticket, 'ignored');
      this.#decisions.limitTuner?.onBroken(attempt);
      return 0;
    }
    const atWork = isLeftAtWork(course, attempt);
    if (atWork) upstream.remainingWork.cut(attempt.endedAt - attempt.writtenAt);
    const verdict = breakerVerdict(outcome, status, unrelayable);
    upstream.breaker.settle(ticket, verdict, restMs(status, retryAfterMs));
    const holdMs = atWork ? this.#holdMs(course, attempt) : 0;
    this.#decisions.limitTuner?.onEnd(course, attempt, holdMs);
    const isGood = outcome === 'ok' && status < 400;
    if (course.interrupted === null) this.#decisions.recentOutcomes.add(isGood);
    if (isGood && course.interrupted === null) {
      this.#decisions.kinds.learn(course.kind, attempt.endedAt - attempt.startedAt);
    }
    return holdMs;
  }

  /**
   * A permit given back immediately lets the next request flood a target that works on, as many do. Never longer than
   * the work might have taken with its client there.
   */
  #holdMs(
    { interrupted, firstByteTimeoutMs }: Course,
    { upstream, writtenAt, endedAt }: Try,
  ): number {
    const { abandoned } = this.#settings;
    // Nobody comes after a drain.
    if (abandoned === 'release' || interrupted === 'draining') return 0;
    const elapsedMs = endedAt - writtenAt;
    const longestMs = Math.max(0, firstByteTimeoutMs - elapsedMs);
    return Math.min(longestMs, upstream.remainingWork.estimateMs(elapsedMs));
  }

  #isLate({ deadline }: Course): boolean {
    return remaining(deadline, this.#clock.now()) <= 0;
  }

  #endRetry(course: Course): void {
    if (course.holdsRetry) this.#decisions.retryBudget.end();
    course.holdsRetry = false;
  }
}

/** How an attempt ends whose response has come whole; one that another attempt follows was put aside. */
export function outcomeOfResponse({
  status,
  looped,
  retry,
}: Pick<Try, 'status' | 'looped' | 'retry'>): 'ok' | 'upstream_error' | 'loop_detected' {
  if (looped) return 'loop_detected';
  return status >= 500 || retry?.retry ? 'upstream_error' : 'ok';
}

/**
 * Given up while the target had all of the request and had not answered: it may go on working. One that has begun to
 * answer notices.
 */
const isLeftAtWork = ({ interrupted }: Course, { sent, answered, outcome }: Try): boolean =>
  sent && !answered && (interrupted !== null || outcomes[outcome].timeout);

/** For how long the target asked to be left alone with its 502, 503 or 504, ms. */
const restMs = (status: number, retryAfterMs: number | null): number =>
  breakerFailureStatuses.has(status) ? (retryAfterMs ?? 0) : 0;
