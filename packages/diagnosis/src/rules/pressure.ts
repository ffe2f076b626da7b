import { inNumber } from '../amounts.ts';
import { count, percent, requests } from '../evidence.ts';
import { agreesWith, slowestUpstream } from '../latency.ts';
import type { Observation } from '../observation.ts';
import type { Sighting } from '../rule.ts';
import { doubt, slowdowns } from '../since-fastest.ts';
import type { View } from '../view.ts';
import { firstByteLimit, silenceIn } from './read-timeouts.ts';

/** So full that the next burst is refused. */
const fullShare = 0.8;
const refusedShare = 0.01;

/** As many at the upstream as may be, or nearly. */
export const atLimit = ({ inFlight, limit }: Observation): boolean => inFlight >= 0.9 * limit;

/** The upstream says itself that it takes no more: no flag changes that. */
export const atStatedCapacity = ({ limit, statedCapacity }: Observation): boolean =>
  statedCapacity !== null && limit >= statedCapacity;

/** Whether requests are refused by the queue, or soon will be. */
export const queuePresses = ({ now, recent }: View): boolean =>
  refusing(recent.queueRejected, recent.finished) ||
  (now.queueLimit > 0 && now.queued >= fullShare * now.queueLimit);

export const refusing = (refused: number, finished: number): boolean =>
  inNumber(refused, finished, refusedShare);

/** Answers come, in time, and hardly more slowly than ever. */
export function upstreamIsWell(view: View): boolean {
  const { now, recent } = view;
  const { limit: readTimeout } = firstByteLimit(now.config);
  const p95 = slowestUpstream(now)?.firstByte.p95 ?? null;
  if (recent.ok === 0 || p95 === null) return false;
  if (readTimeout !== null && p95 >= readTimeout / 2) return false;
  return silenceIn(view) === null && slowdowns(view).length === 0;
}

/** At most this much slower than at its best: beyond, requests already wait for each other there. */
const noSlower = 1.1;

/** As far as can be told by how its answers were when they were fastest. */
export const hasRoom = (view: View): boolean =>
  view.now.upstreams.every(({ url, firstByte }) => {
    const best = view.memory.get(url)?.fastest ?? null;
    if (best === null) return true;
    const { p50 } = best.firstByte;
    const { mean } = best.serviceTime;
    const factor = noSlower * doubt(best.firstByte, firstByte);
    return (
      (p50 === null || firstByte.p50 === null || firstByte.p50 <= factor * p50) &&
      (mean === null || agreesWith(view, mean))
    );
  });

export const pressureEvidence = ({ now, recent }: View): Sighting['evidence'] => [
  count('waiting in the queue', now.queued),
  ...(now.queueLimit > 0 ? [percent('queue filled', now.queued, now.queueLimit)] : []),
  requests('refused by the queue', recent.queueRejected),
  count('requests at the upstream at once', now.inFlight),
];
