import type { Finding, MetricsSnapshot } from '@spillway/contracts';
import type { Failure } from './failure.ts';

/** What one poll of one proxy gave. */
export interface Reading {
  readonly url: string;
  /** Milliseconds since 1970 when the answer was complete, on a clock that never jumps. */
  readonly at: number;
  /** Milliseconds that the poll took; null in a recording. */
  readonly tookMs: number | null;
  readonly result: PollResult;
  /** What the proxy itself found; null where it tells none, as in a recording. */
  readonly findings: readonly Finding[] | null;
}

export type PollResult =
  | { readonly ok: true; readonly snapshot: MetricsSnapshot }
  | { readonly ok: false; readonly failure: Failure };

/** The wall clock at the start, and from then on the monotonic one: differences are measured time. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
