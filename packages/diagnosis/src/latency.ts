import { forwarded } from './amounts.ts';
import type { Observation, UpstreamObservation } from './observation.ts';
import { fewestAnswers } from './upstream-memory.ts';
import type { View } from './view.ts';

/** Within this factor two rates or times agree: gauges are of one moment. */
export const aboutAgrees = 1.25;

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
