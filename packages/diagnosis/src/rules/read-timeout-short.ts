import { changeDuration } from '../change.ts';
import { requests, seconds } from '../evidence.ts';
import { isSettled, slowestUpstream } from '../latency.ts';
import type { UpstreamObservation } from '../observation.ts';
import type { Rule, Sighting } from '../rule.ts';
import { slowdowns } from '../since-fastest.ts';
import type { View } from '../view.ts';
import { causeOfSilence, firstByteLimit, silenceIn } from './read-timeouts.ts';

/** So close to the limit, before anything is cut; by fewer answers a p99 is their maximum. */
const nearShare = 0.8;
const enoughAnswers = 100;

export const readTimeoutShort: Rule = {
  name: 'read-timeout-short',
  explains: ['limit-too-low', 'upstream-full', 'queue-too-small', 'retries-cost'],
  look: (view) => {
    const silence = silenceIn(view);
    if (silence !== null) {
      if (silence.cause !== 'cut_short' || silence.upstream === null) return [];
      return [sighting(view, silence.upstream, silence.timeouts)];
    }
    const upstream = slowestUpstream(view.now);
    const { limit } = firstByteLimit(view.now.config);
    if (limit === null || upstream === null || upstream.firstByte.count < enoughAnswers) return [];
    if ((upstream.firstByte.p99 ?? 0) < nearShare * limit || slowdowns(view).length > 0) return [];
    if (!isSettled(view) || causeOfSilence(view, upstream, limit) === 'overloaded') return [];
    return [sighting(view, upstream, 0)];
  },
};

function sighting({ now }: View, upstream: UpstreamObservation, timeouts: number): Sighting {
  const { p50, p99, max } = upstream.firstByte;
  const { flag, limit } = firstByteLimit(now.config);
  const enough = Math.max(3 * (p99 ?? 0), 1.5 * (max ?? 0));
  return {
    severity: timeouts > 0 ? 'warning' : 'hint',
    upstream: upstream.url,
    symptom:
      timeouts > 0
        ? 'The read timeout cuts answers that would have come'
        : 'The slowest answers come close to the read timeout',
    evidence: [
      requests('read timeouts', timeouts),
      seconds('p50 to the first byte', p50),
      seconds('p99 to the first byte', p99),
      seconds(flag, limit),
    ],
    cause: 'Most answers are quick, and the slowest reach up to the limit: slower ones are cut off',
    remedy: 'Give answers the time that they take: three times p99, or half more than the slowest',
    changes: [changeDuration(now.config, flag, enough)],
  };
}
