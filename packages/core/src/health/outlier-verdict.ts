import { type Outcome, outcomes } from '@spillway/contracts';

/** What an attempt says of its target beside the others. */
export type OutlierVerdict = 'failure' | 'success' | 'ignored';

/**
 * What counts for the outlier detector. Any 5xx does, 500 too: the breaker, which would take the service's last
 * target out of use, leaves 500 to the application, but a target that answers 500 while its peers do not is
 * broken. A request that ran out of its own time counts where this attempt had most of it: a target that hangs is
 * found so when requests give up before the read timeout does. What the client or this proxy ended says nothing.
 * `status`: 0 when no response came.
 */
export function outlierVerdict(
  outcome: Outcome,
  status: number,
  hadMostOfTheTime: boolean,
): OutlierVerdict {
  if (outcome === 'http_response_timeout') return hadMostOfTheTime ? 'failure' : 'ignored';
  const { breakerFailure } = outcomes[outcome];
  if (breakerFailure === 'by_status') return status >= 500 ? 'failure' : 'success';
  if (breakerFailure) return 'failure';
  return outcome === 'ok' ? 'success' : 'ignored';
}
