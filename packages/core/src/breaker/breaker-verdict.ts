import { breakerFailureStatuses, type Outcome, outcomes } from '@spillway/contracts';
import type { BreakerResult } from './breaker.ts';

/**
 * What the end of an attempt says about the upstream. `status`: 0 when no answer came; `unrelayable`: it
 * answered in HTTP, but nothing that may be relayed.
 */
export function breakerVerdict(
  outcome: Outcome,
  status: number,
  unrelayable = false,
): BreakerResult {
  const { breakerFailure } = outcomes[outcome];
  if (breakerFailure === 'by_status') {
    return breakerFailureStatuses.has(status) ? 'failure' : 'success';
  }
  if (breakerFailure === 'unless_unrelayable') return unrelayable ? 'ignored' : 'failure';
  if (breakerFailure) return 'failure';
  return outcome === 'ok' ? 'success' : 'ignored';
}
