import { breakerFailureStatuses, outcomes } from '@spillway/contracts';
import type { Course, Try } from '../life/course.ts';
import type { SampleOutcome } from './concurrency-limit.ts';

/**
 * What an attempt's end says about how many the targets take. Errors are often fast: only good responses tell how
 * fast a target is. `longMs`: an attempt that takes so long is slow.
 */
export function sampleOf(
  { receivedAt, deadline }: Pick<Course, 'receivedAt' | 'deadline'>,
  {
    outcome,
    status,
    startedAt,
    endedAt,
  }: Pick<Try, 'outcome' | 'status' | 'startedAt' | 'endedAt'>,
  longMs: number,
): SampleOutcome {
  const { sample } = outcomes[outcome];
  switch (sample) {
    case 'by_status':
      // Put aside for a retry or relayed: a refusal is one.
      if (status === 429 || breakerFailureStatuses.has(status)) return 'dropped';
      return status < 400 ? 'success' : 'ignored';
    case 'by_duration': {
      // As good as a timeout of the target's own, unless the time went by in the queue.
      const tookMs = endedAt - startedAt;
      const mostOfIt = tookMs >= (deadline - receivedAt) / 2;
      return mostOfIt || tookMs >= longMs ? 'dropped' : 'ignored';
    }
    default:
      return sample;
  }
}
