import type { LoadSecond } from '@spillway/contracts';
import type { Histogram } from 'hdr-histogram-js';
import { decodeHistogram, encodeHistogram, newCoarseHistogram, recordMs } from './histogram.ts';
import { percentileSeconds } from './latency.ts';

/** One second, structured-cloneable; percentiles of several only follow from their histograms. */
export interface SecondState {
  sent: number;
  ok: number;
  failed: number;
  /** At the end of the second. */
  inFlight: number;
  /** Of the good answers; null while the second is open or where there were none. */
  hdr: string | null;
}

/** What happened in each second of the run; events come in order of time, give or take a little. */
export class SecondSeries {
  readonly #seconds: SecondState[];
  readonly #current: Histogram = newCoarseHistogram();
  #inFlight = 0;

  constructor(seconds: readonly SecondState[] = []) {
    this.#seconds = seconds.map((second) => ({ ...second }));
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** `atMs` counts from the start of the series; below 0 is warm-up, seen only in what is in flight. */
  sent(atMs: number): void {
    const second = this.#at(atMs);
    this.#inFlight += 1;
    if (second) second.sent += 1;
  }

  ended(atMs: number, ok: boolean, latencyMs: number): void {
    const second = this.#at(atMs);
    this.#inFlight -= 1;
    if (!second) return;
    if (ok) {
      second.ok += 1;
      recordMs(this.#current, latencyMs);
    } else second.failed += 1;
  }

  /** It was sent in the warm-up. */
  endedUncounted(atMs: number): void {
    this.#at(atMs);
    this.#inFlight -= 1;
  }

  states(): SecondState[] {
    const seconds = this.#seconds.map((second) => ({ ...second }));
    const last = seconds.at(-1);
    if (last && last.hdr === null) {
      last.inFlight = this.#inFlight;
      last.hdr = this.#encodeCurrent();
    }
    return seconds;
  }

  /** Seconds that pass are closed here, before the event that made it known changes anything. */
  #at(atMs: number): SecondState | undefined {
    if (atMs < 0) return undefined;
    const index = Math.floor(atMs / 1_000);
    while (this.#seconds.length <= index) this.#open();
    return this.#seconds[index];
  }

  #open(): void {
    const last = this.#seconds.at(-1);
    if (last) {
      last.inFlight = this.#inFlight;
      last.hdr = this.#encodeCurrent();
      this.#current.reset();
    }
    this.#seconds.push({ sent: 0, ok: 0, failed: 0, inFlight: 0, hdr: null });
  }

  #encodeCurrent(): string | null {
    return this.#current.totalCount === 0 ? null : encodeHistogram(this.#current);
  }
}

/** Second by second the sum of several series, as if one recorder had seen it all. */
export function mergeSeconds(series: readonly (readonly SecondState[])[]): SecondState[] {
  const length = Math.max(0, ...series.map((seconds) => seconds.length));
  return Array.from({ length }, (_, index) => {
    const parts = series.flatMap((seconds) => seconds[index] ?? []);
    const sum = (of: (part: SecondState) => number): number =>
      parts.reduce((total, part) => total + of(part), 0);
    return {
      sent: sum((part) => part.sent),
      ok: sum((part) => part.ok),
      failed: sum((part) => part.failed),
      inFlight: sum((part) => part.inFlight),
      hdr: mergeHistograms(parts.flatMap((part) => part.hdr ?? [])),
    };
  });
}

function mergeHistograms(encoded: readonly string[]): string | null {
  const [first] = encoded;
  if (first === undefined || encoded.length === 1) return first ?? null;
  const merged = newCoarseHistogram();
  for (const one of encoded) merged.add(decodeHistogram(one));
  return encodeHistogram(merged);
}

/** As the report shows it. */
export function loadSecond(state: SecondState, second: number): LoadSecond {
  const histogram = state.hdr === null ? newCoarseHistogram() : decodeHistogram(state.hdr);
  return {
    second,
    sent: state.sent,
    ok: state.ok,
    failed: state.failed,
    in_flight: state.inFlight,
    p50: percentileSeconds(histogram, 50),
    p95: percentileSeconds(histogram, 95),
    p99: percentileSeconds(histogram, 99),
    ...(state.hdr === null ? {} : { hdr: state.hdr }),
  };
}
