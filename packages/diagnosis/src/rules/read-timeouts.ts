import { forwarded, inNumber } from '../amounts.ts';
import { settingOf } from '../change.ts';
import { isSettled, slowestUpstream } from '../latency.ts';
import type { UpstreamObservation } from '../observation.ts';
import { collapses, isAsQuickWithFewer, slowdowns, slowsAtTheTail } from '../since-fastest.ts';
import type { View } from '../view.ts';

/** Why upstreams were silent for too long, told by how long the answers took that came. */
export type SilenceCause =
  /** Every answer is slow, or hardly any comes, with many at once. */
  | 'overloaded'
  /** Answers are short, or there are none: the silent ones would not have come. */
  | 'hangs'
  /** The slowest answers reach up to the limit: the next would have come a little later. */
  | 'cut_short'
  /** Things change faster than the last minute's latencies tell. */
  | 'unclear';

export interface Silence {
  readonly cause: SilenceCause;
  readonly timeouts: number;
  /** In seconds. */
  readonly limit: number;
  /** The flag that sets it. */
  readonly flag: string;
  readonly upstream: UpstreamObservation | null;
}

/** Fewer requests at once than this do not slow each other down; nor do these, far below the limit. */
const crowd = 4;
const crowdShare = 0.2;

/** What bounds the silence before a response begins, in seconds: the read timeout, unless it has a limit of its own. */
export function firstByteLimit(config: View['now']['config']): {
  readonly flag: string;
  readonly limit: number | null;
} {
  const readTimeout = settingOf(config, '--read-timeout');
  const limit = settingOf(config, '--first-byte-timeout') ?? readTimeout;
  return { flag: limit === readTimeout ? '--read-timeout' : '--first-byte-timeout', limit };
}

/** Read timeouts in number, and what they come from; null without them. */
export function silenceIn(view: View): Silence | null {
  const { now, recent } = view;
  const timeouts = recent.byOutcome.connection_read_timeout;
  const { flag, limit } = firstByteLimit(now.config);
  if (limit === null || !inNumber(timeouts, forwarded(recent))) return null;
  const upstream = slowestUpstream(now);
  return { cause: causeOfSilence(view, upstream, limit), timeouts, limit, flag, upstream };
}

/** What silence comes from, or would if there were any. */
export function causeOfSilence(
  view: View,
  upstream: UpstreamObservation | null,
  limit: number,
): SilenceCause {
  if (slowdowns(view).some(({ withLoad }) => withLoad)) return 'overloaded';
  if (collapses(view).length > 0) return 'overloaded';
  if (upstream === null) return 'hangs';
  const { p50, p95 } = upstream.firstByte;
  // One in twenty is cut at least: were it the end of a tail, one in twenty would come close.
  if (p50 === null || p95 === null || p95 < limit / 2) return 'hangs';
  const isSlow = p50 >= limit / 3 && isCrowded(view, limit);
  if (isSlow && !isAsQuickWithFewer(view, upstream)) return 'overloaded';
  // In the first minute of a rush the quick answers of before hide what most take by now.
  return isSettled(view) && !slowsAtTheTail(view, upstream) ? 'cut_short' : 'unclear';
}

/** Many at once, and by Little's law too many for answers in half the limit. */
const isCrowded = (view: View, limit: number): boolean =>
  view.now.inFlight >= Math.max(crowd, crowdShare * view.now.limit) &&
  view.now.inFlight > answeredWithin(view, limit / 2);

/** As many at once as the throughput of now answers in that time. */
export const answeredWithin = ({ recent }: View, seconds: number): number =>
  Math.max(1, Math.floor(recent.okPerSecond * seconds));
