import { forwarded, inNumber } from '../amounts.ts';
import { settingOf } from '../change.ts';
import { slowdowns, slowestUpstream } from '../latency.ts';
import type { UpstreamObservation } from '../observation.ts';
import type { View } from '../view.ts';

/** Why upstreams were silent for too long, told by how long the answers took that came. */
export type SilenceCause =
  /** Every answer is slow, with many at once. */
  | 'overloaded'
  /** Answers are short, or there are none: the silent ones would not have come. */
  | 'hangs'
  /** The slowest answers reach up to the limit: the next would have come a little later. */
  | 'cut_short';

export interface Silence {
  readonly cause: SilenceCause;
  readonly timeouts: number;
  /** In seconds. */
  readonly limit: number;
  readonly upstream: UpstreamObservation | null;
}

/** Fewer requests at once than this do not slow each other down. */
const crowd = 4;

/** Read timeouts in number, and what they come from; null without them. */
export function silenceIn(view: View): Silence | null {
  const { now, recent } = view;
  const timeouts = recent.byOutcome.connection_read_timeout;
  const limit = settingOf(now.config, '--read-timeout');
  if (limit === null || !inNumber(timeouts, forwarded(recent))) return null;
  const upstream = slowestUpstream(now);
  return { cause: causeOf(view, upstream, limit), timeouts, limit, upstream };
}

function causeOf(view: View, upstream: UpstreamObservation | null, limit: number): SilenceCause {
  if (slowdowns(view).some(({ withLoad }) => withLoad)) return 'overloaded';
  const p50 = upstream?.firstByte.p50 ?? null;
  const p99 = upstream?.firstByte.p99 ?? null;
  if (p50 === null || p99 === null || p99 < limit / 2) return 'hangs';
  return p50 >= limit / 3 && view.now.inFlight >= crowd ? 'overloaded' : 'cut_short';
}
