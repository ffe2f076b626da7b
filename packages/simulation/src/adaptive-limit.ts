import type { Outcome } from '@spillway/contracts';
import {
  type ConcurrencyLimit,
  concurrencyLimits,
  type PermitSource,
  type SampleOutcome,
} from '@spillway/core';
import type { AdaptiveLimitSettings } from './scenario.ts';

/** Lets one of the core's algorithms set the limit by what it sees of the attempts. */
export class AdaptiveLimit {
  readonly #limit: ConcurrencyLimit;
  readonly #permits: PermitSource;

  constructor(settings: AdaptiveLimitSettings, permits: PermitSource) {
    const { algorithm, min, max } = settings;
    this.#limit = concurrencyLimits[algorithm]({ initial: permits.limit, min, max });
    this.#permits = permits;
  }

  /** To be called while the attempt still holds its permit. */
  onAttempt(startedMs: number, endedMs: number, outcome: Outcome, status: number): void {
    const { inFlight } = this.#permits;
    const sample = sampleOf(outcome, status);
    const changed = this.#limit.onSample(startedMs, endedMs, inFlight, sample);
    if (changed) this.#permits.setLimit(this.#limit.limit);
  }
}

function sampleOf(outcome: Outcome, status: number): SampleOutcome {
  if (outcome === 'ok') return 'success';
  const refused = status === 503 || status === 429;
  const late = outcome === 'connection_read_timeout' || outcome === 'http_response_timeout';
  return refused || late ? 'dropped' : 'ignored';
}
