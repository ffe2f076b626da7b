import type { UpstreamSnapshot } from '@spillway/contracts';
import type { Latency } from './latency.ts';

/** What the percentiles of the last minute cover. */
const minuteMs = 60_000;
/** Fifty tell how fast an upstream is; of these, some may have been cut. */
const enough = 64;
/** In service times: at least so far back, lest only the quick ones of those begun together count; and at most. */
const [fewestRounds, mostRounds] = [3, 20];

/** The latest answers of an upstream, further back than the last minute; undefined where that tells enough. */
export function latestAnswers(
  firstByte: Latency,
  serviceTime: Latency,
  now: number,
): UpstreamSnapshot['latest_answers'] {
  const newest = serviceTime.latest.newest(enough);
  if (newest === null) return undefined;
  const { meanMs, since } = newest;
  const backMs = Math.min(Math.max(now - since, fewestRounds * meanMs), mostRounds * meanMs);
  if (backMs <= minuteMs) return undefined;
  const first_byte = firstByte.latest.percentiles(now - backMs);
  const service_time = serviceTime.latest.percentiles(now - backMs);
  if (first_byte === null || service_time === null) return undefined;
  return { seconds: backMs / 1000, first_byte, service_time };
}
