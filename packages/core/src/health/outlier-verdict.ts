import { type Outcome, outcomes } from '@spillway/contracts';

/** What an attempt says of its target beside the others. */
export type OutlierVerdict = 'failure' | 'success' | 'ignored';

/**
 * What counts for the outlier detector. Any 5xx does, 500 too: the breaker, which would take the service's last
 * target out of use, leaves 500 to the application, but a target that answers 500 while its peers do not is
 * broken. What the client or this proxy ended says nothing. `status`: 0 when no response came.
 */
export function outlierVerdict(outcome: Outcome, status: number): OutlierVerdict {
  const { breakerFailure } = outcomes[outcome];
  if (breakerFailure === 'by_status') return status >= 500 ? 'failure' : 'success';
  if (breakerFailure) return 'failure';
  return outcome === 'ok' ? 'success' : 'ignored';
}
