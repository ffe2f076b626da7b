import type { Percentiles } from '@spillway/contracts';
import type { Interval } from './interval.ts';
import { aboutAgrees } from './latency.ts';
import type { UpstreamObservation } from './observation.ts';
import { fewestAnswers } from './upstream-memory.ts';
import type { View } from './view.ts';

/** Twice as slow, and by as much as people notice. */
const slowerFactor = 2;
const slowerSeconds = 0.05;
/** Arrivals that count as more than before. */
const moreLoad = 1.2;

/** An upstream that answers more slowly than it did. */
export interface Slowdown {
  readonly upstream: UpstreamObservation;
  readonly before: UpstreamObservation;
  /** More requests arrive than when it was fast; otherwise it has become slow by itself. */
  readonly withLoad: boolean;
}

/** The upstreams that have become slow, as far back as is remembered. */
export function slowdowns(view: View): Slowdown[] {
  return view.now.upstreams.flatMap((upstream) => {
    const before = fastestOf(view, upstream);
    if (before === null) return [];
    const factor = slowerFactor * doubt(before.firstByte, upstream.firstByte);
    if (!isSlower(before.firstByte.p50, upstream.firstByte.p50, factor)) return [];
    return [{ upstream, before, withLoad: hasMoreLoad(view, upstream) }];
  });
}

/** More requests arrive, and of the last minute's answers the slowest already show it, if not yet the median. */
export function slowsAtTheTail(view: View, upstream: UpstreamObservation): boolean {
  const before = fastestOf(view, upstream);
  if (before === null || !hasMoreLoad(view, upstream)) return false;
  return isSlower(before.firstByte.p95, upstream.firstByte.p95);
}

/** An upstream of which more is asked than when it was fast, and that answers less: too little to tell how slow it is. */
export interface Collapse {
  readonly upstream: UpstreamObservation;
  readonly before: UpstreamObservation;
  readonly answeredBefore: number;
}

export function collapses(view: View): Collapse[] {
  return view.now.upstreams.flatMap((upstream) => {
    const before = view.memory.get(upstream.url)?.fastest ?? null;
    const answeredBefore = loadWhenFastest(view, upstream)?.okPerSecond ?? 0;
    if (before === null || !hasMoreLoad(view, upstream)) return [];
    if (aboutAgrees * view.recent.okPerSecond >= answeredBefore) return [];
    return [{ upstream, before, answeredBefore }];
  });
}

/** It took about as long with less than half as many at once: it is not their number that makes it slow. */
export function isAsQuickWithFewer(view: View, upstream: UpstreamObservation): boolean {
  const before = fastestOf(view, upstream);
  if (before === null || 2 * before.active >= upstream.active) return false;
  const factor = aboutAgrees * doubt(before.firstByte, upstream.firstByte);
  return (upstream.firstByte.p50 ?? 0) <= factor * (before.firstByte.p50 ?? 0);
}

/** Null where either is known by too few answers. */
function fastestOf({ memory }: View, { url, firstByte }: UpstreamObservation) {
  return firstByte.count < fewestAnswers ? null : (memory.get(url)?.fastest ?? null);
}

const isSlower = (before: number | null, now: number | null, factor = slowerFactor): boolean =>
  before !== null && now !== null && now >= factor * before && now - before >= slowerSeconds;

/**
 * By which factor two medians may differ though nothing has changed: by two standard errors of each, as
 * they would be were the logarithms of the times normal. The fewer answers and the wider their spread, the more.
 */
export const doubt = (...medians: readonly Percentiles[]): number =>
  medians.reduce((factor, { count, p50, p90 }) => {
    const spread = p50 === null || p90 === null || p50 === 0 ? 1 : p90 / p50;
    return factor * spread ** (2 / Math.sqrt(Math.max(1, count)));
  }, 1);

const hasMoreLoad = (view: View, upstream: UpstreamObservation): boolean =>
  view.recent.requestsPerSecond >
  moreLoad * (loadWhenFastest(view, upstream)?.requestsPerSecond ?? 0);

const loadWhenFastest = ({ memory }: View, { url }: UpstreamObservation): Interval | null =>
  memory.get(url)?.loadWhenFastest ?? null;

/**
 * So many at once it has answered quickly, by Little's law: as many a second as it answers now, or did when it was
 * fast where that is more, each in the time of then.
 */
export function answeredQuickly(view: View, before: UpstreamObservation): number {
  const then = loadWhenFastest(view, before)?.okPerSecond ?? 0;
  const service = before.serviceTime.mean ?? before.firstByte.mean ?? 0;
  return Math.max(view.recent.okPerSecond, then) * service;
}
