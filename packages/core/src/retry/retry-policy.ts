import { type Outcome, outcomes, type RetrySafety } from '@spillway/contracts';
import { requireAtLeast, requireWhole } from '../check-number.ts';
import type { Random } from '../time/time-source.ts';
import { fullJitter } from './backoff.ts';
import type { RetryBudget } from './retry-budget.ts';

/** RFC 9110 section 9.2.2, and QUERY, which is safe by its draft (httpbis-safe-method-w-body). */
export const idempotentMethods: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PUT',
  'DELETE',
  'QUERY',
]);

/** 5xx answers that another attempt may mend: the upstream, not the request, was at fault. */
const usualStatuses: ReadonlySet<number> = new Set([502, 503, 504]);

/** How an attempt ended, and what that leaves. */
export interface AttemptResult {
  outcome: Outcome;
  /** 0 when no answer came. */
  status: number;
  method: string;
  /** 1-based number of the attempt that ended. */
  attempt: number;
  /** Quick retries among those before. */
  quickMade: number;
  /** Whether any byte of the request reached the socket. */
  requestWritten: boolean;
  /** Whether the body can be sent again: held whole, absent, or not touched yet. */
  bodyReplayable: boolean;
  /** Retry-After of the answer; null when absent. */
  retryAfterMs: number | null;
  /** Left until the request's deadline; Infinity without one. */
  remainingMs: number;
  /** What an attempt usually takes; 0 when not known. */
  medianServiceMs: number;
  /** Others got good responses just now. */
  othersSucceed: boolean;
}

export type RetryRefusal =
  | 'outcome'
  | 'method'
  | 'written'
  | 'body'
  | 'attempts'
  | 'deadline'
  | 'budget';

export type RetryDecision =
  | {
      readonly retry: true;
      readonly delayMs: number;
      /** One of those beside the ordinary ones. */
      readonly isQuick: boolean;
    }
  | { readonly retry: false; readonly reason: RetryRefusal };

export interface RetryPolicyOptions {
  /** Attempts after the first. */
  maxRetries: number;
  /** Attempts beside these, before them and soon, while others succeed. */
  quickRetries: number;
  /** First backoff at most, ms; doubles with each retry. */
  backoffFactorMs: number;
  /** Longest wait, ms. A Retry-After beyond it is relayed to the client instead of waited for. */
  backoffCapMs: number;
  retryOnTimeout: boolean;
  /** Answers to retry beside 502, 503, 504, and 429 with Retry-After: of idempotent requests only. */
  furtherStatuses?: ReadonlySet<number>;
  budget: RetryBudget;
  random: Random;
}

const refuse = (reason: RetryRefusal): RetryDecision => Object.freeze({ retry: false, reason });

const refusals = Object.freeze({
  outcome: refuse('outcome'),
  method: refuse('method'),
  written: refuse('written'),
  body: refuse('body'),
  attempts: refuse('attempts'),
  deadline: refuse('deadline'),
  budget: refuse('budget'),
});

const zeros: Readonly<Record<RetryRefusal, number>> = Object.freeze({
  ...{ outcome: 0, method: 0, written: 0, body: 0, attempts: 0, deadline: 0, budget: 0 },
});

/** Decides on another attempt: only what is safe, within the deadline and the budget. */
export class RetryPolicy {
  readonly #options: RetryPolicyOptions;
  readonly #furtherStatuses: ReadonlySet<number>;
  readonly #refused: Record<RetryRefusal, number> = { ...zeros };
  #granted = 0;

  constructor(options: RetryPolicyOptions) {
    requireWhole('maxRetries', options.maxRetries, 0, Number.MAX_SAFE_INTEGER);
    requireWhole('quickRetries', options.quickRetries, 0, Number.MAX_SAFE_INTEGER);
    requireAtLeast('backoffFactorMs', options.backoffFactorMs, 0);
    requireAtLeast('backoffCapMs', options.backoffCapMs, 0);
    this.#options = options;
    this.#furtherStatuses = options.furtherStatuses ?? new Set();
  }

  /** Retries decided on. */
  get granted(): number {
    return this.#granted;
  }

  /** Attempts that were the last one, by why; `outcome` is whatever needs no other, good answers included. */
  get refused(): Readonly<Record<RetryRefusal, number>> {
    return this.#refused;
  }

  /** Whether another attempt is worth a thought after this response: `decide` says no to all others. */
  mayMend(status: number): boolean {
    return status >= 500 || status === 429 || this.#furtherStatuses.has(status);
  }

  /**
   * A `retry: true` has taken a place in the budget: the caller gives it back with `budget.end()` when
   * the retry attempt is over, or when the wait for it is given up. `inFlight`: requests under way.
   */
  decide(result: AttemptResult, inFlight: number): RetryDecision {
    const { maxRetries, quickRetries, budget } = this.#options;
    const unsafe = this.#whyUnsafe(result);
    if (unsafe !== null) return this.#refuse(unsafe);
    if (!result.bodyReplayable) return this.#refuse('body');
    const { quickMade } = result;
    const isQuick = maxRetries > 0 && result.othersSucceed && quickMade < quickRetries;
    if (!isQuick && result.attempt - quickMade > maxRetries) return this.#refuse('attempts');
    const delayMs = this.#delayMs(result, isQuick);
    if (delayMs === null) return this.#refuse('deadline');
    if (delayMs + result.medianServiceMs >= result.remainingMs) return this.#refuse('deadline');
    // Last, because it takes a place.
    if (!budget.tryStart(inFlight)) return this.#refuse('budget');
    this.#granted++;
    return { retry: true, delayMs, isQuick };
  }

  #refuse(reason: RetryRefusal): RetryDecision {
    this.#refused[reason]++;
    return refusals[reason];
  }

  /** Null when the upstream asks for more patience than we have. */
  #delayMs(result: AttemptResult, isQuick: boolean): number | null {
    const { attempt, quickMade, status, retryAfterMs, remainingMs, medianServiceMs } = result;
    const { backoffFactorMs, backoffCapMs, random } = this.#options;
    const ordinary = attempt - quickMade;
    const usualMs = isQuick ? Math.min(backoffFactorMs, medianServiceMs) : backoffFactorMs;
    // The deadline has to have room for another wait after this one.
    const roomMs = Math.max(0, remainingMs - medianServiceMs) / 2;
    const retry = isQuick ? 1 : ordinary;
    const jitterMs = fullJitter(retry, usualMs, Math.min(backoffCapMs, roomMs), random);
    if (retryAfterMs === null || (status !== 429 && status !== 503)) return jitterMs;
    return retryAfterMs > backoffCapMs ? null : Math.max(jitterMs, retryAfterMs);
  }

  /** Why another attempt could do harm or no good; null when it may be made. */
  #whyUnsafe(result: AttemptResult): RetryRefusal | null {
    const idempotent = idempotentMethods.has(result.method);
    switch (this.#safetyOf(result)) {
      case 'never':
        return 'outcome';
      case 'any_method':
        return null;
      case 'unsent':
        return result.requestWritten ? 'written' : null;
      case 'idempotent':
        return idempotent ? null : 'method';
      case 'idempotent_or_unsent':
        return idempotent || !result.requestWritten ? null : 'written';
      case 'opt_in':
        if (!this.#options.retryOnTimeout) return 'outcome';
        return idempotent ? null : 'method';
    }
  }

  /** The table's rule for the outcome, or for an answer, which is retried by its status. */
  #safetyOf({ outcome, status, retryAfterMs }: AttemptResult): RetrySafety {
    if (outcome !== 'ok' && outcome !== 'upstream_error') return outcomes[outcome].retry;
    // 429 is no failure of the upstream, and worth another attempt only when it says when.
    const usual = status === 429 ? retryAfterMs !== null : usualStatuses.has(status);
    const retried = usual || this.#furtherStatuses.has(status);
    return retried ? outcomes.upstream_error.retry : 'never';
  }
}
