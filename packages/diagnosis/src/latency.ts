import { forwarded } from './amounts.ts';
import type { Observation, UpstreamObservation } from './observation.ts';
import { fewestAnswers } from './upstream-memory.ts';
import type { View } from './view.ts';

/** Twice as slow, and by as much as people notice. */
const slowerFactor = 2;
const slowerSeconds = 0.05;
/** Arrivals that count as more than before. */
const moreLoad = 1.2;

/** Gauges are of one moment. */
const aboutAgrees = 1.25;

/** An upstream that answers more slowly than it did. */
export interface Slowdown {
  readonly upstream: UpstreamObservation;
  readonly before: UpstreamObservation;
  /** More requests arrive than when it was fast; otherwise it has become slow by itself. */
  readonly withLoad: boolean;
}

/** The upstream whose answers take longest; null while there are hardly any. */
export function slowestUpstream(now: Observation): UpstreamObservation | null {
  let slowest: UpstreamObservation | null = null;
  for (const upstream of now.upstreams) {
    const { count, p99 } = upstream.firstByte;
    if (count < fewestAnswers || p99 === null) continue;
    if (slowest === null || p99 > (slowest.firstByte.p99 ?? 0)) slowest = upstream;
  }
  return slowest;
}

/** The upstreams that have become slow, as far back as is remembered. */
export function slowdowns({ now, recent, memory }: View): Slowdown[] {
  return now.upstreams.flatMap((upstream) => {
    const { fastest, rateWhenFastest } = memory.get(upstream.url) ?? {};
    const { p50, count } = upstream.firstByte;
    const best = fastest?.firstByte.p50 ?? null;
    if (!fastest || best === null || p50 === null || count < fewestAnswers) return [];
    if (p50 < slowerFactor * best || p50 - best < slowerSeconds) return [];
    const withLoad = recent.requestsPerSecond > moreLoad * (rateWhenFastest ?? 0);
    return [{ upstream, before: fastest, withLoad }];
  });
}

/** Mean time that an attempt holds its permit, at the slowest upstream, in seconds; null before any. */
export function meanServiceSeconds(now: Observation): number | null {
  const means = now.upstreams.flatMap(({ serviceTime }) => serviceTime.mean ?? []);
  return means.length === 0 ? null : Math.max(...means);
}

/** Whether the last minute's service time is today's too: when a rush begins, it is that of the calm before. */
export function isSettled(view: View): boolean {
  const measured = meanServiceSeconds(view.now);
  return measured !== null && agreesWith(view, measured);
}

/** Whether attempts take no longer than that, by Little's law from what is under way and what ends. */
export function agreesWith({ now, recent }: View, serviceSeconds: number): boolean {
  const ended = forwarded(recent) + recent.retries;
  return ended > 0 && (now.inFlight * recent.seconds) / ended <= aboutAgrees * serviceSeconds;
}
