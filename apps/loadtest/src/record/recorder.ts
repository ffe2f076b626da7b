import { type LoadOutcome, loadOutcomes } from '@spillway/contracts';
import type { Histogram } from 'hdr-histogram-js';
import type { Observer, RequestResult } from '../engine/engine.ts';
import { decodeHistogram, encodeHistogram, newHistogram, recordMs } from './histogram.ts';
import { mergeSeconds, SecondSeries, type SecondState } from './second-series.ts';

export interface RecorderSettings {
  /** When counting starts, ms of performance.now(): after the warm-up; what was sent before is left out. */
  readonly from: number;
  /** How long requests are sent from then on; null when a number of requests ends the run. */
  readonly durationMs: number | null;
  readonly timeoutMs: number;
  /** Open model: keep also the service time and how late the schedule ran. */
  readonly open: boolean;
}

const histogramNames = ['good', 'other', 'service', 'lateness'] as const;
export type HistogramName = (typeof histogramNames)[number];

/**
 * What ended while requests were still being sent: the draining afterwards belongs to no rate, and what could not be
 * sent for want of something here (`local`) to none either.
 */
export interface WithinDuration {
  ended: number;
  ok: number;
  bytes: number;
}

/** Everything a recorder knows; structured-cloneable, and the sum of several makes sense. */
export interface RecorderState {
  readonly settings: Omit<RecorderSettings, 'from'>;
  readonly sent: number;
  /** Sent in the warm-up, and in nothing else here. */
  readonly uncounted: number;
  readonly dropped: number;
  readonly outcomes: Readonly<Record<LoadOutcome, number>>;
  readonly statuses: Readonly<Record<string, number>>;
  readonly proxyOutcomes: Readonly<Record<string, number>>;
  readonly localErrors: Readonly<Record<string, number>>;
  readonly receivedBytes: number;
  readonly within: Readonly<WithinDuration>;
  /** From the start of counting to the last end, ms. */
  readonly lastEndMs: number;
  /** Base64 HDR V2 of microseconds. `good` and `other` together are all that ended. */
  readonly histograms: Readonly<Record<HistogramName, string>>;
  readonly seconds: readonly SecondState[];
}

/** For the live line: cheap enough to ask for at any time. */
export interface Progress {
  readonly sent: number;
  readonly ended: number;
  readonly ok: number;
  readonly refused: number;
  readonly local: number;
  readonly inFlight: number;
  readonly dropped: number;
}

/** Counts and measures every request; about half a microsecond each. */
export class Recorder implements Observer {
  readonly settings: RecorderSettings;
  readonly #histograms: Record<HistogramName, Histogram> = {
    good: newHistogram(),
    other: newHistogram(),
    service: newHistogram(),
    lateness: newHistogram(),
  };
  readonly #outcomes = noOutcomes();
  readonly #statuses = new Map<number, number>();
  readonly #proxyOutcomes = new Map<string, number>();
  readonly #localErrors = new Map<string, number>();
  readonly #within: WithinDuration = { ended: 0, ok: 0, bytes: 0 };
  readonly #seconds = new SecondSeries();
  readonly #durationMs: number;
  #sent = 0;
  #uncounted = 0;
  #ended = 0;
  #dropped = 0;
  #receivedBytes = 0;
  #lastEndMs = 0;

  constructor(settings: RecorderSettings) {
    this.settings = settings;
    this.#durationMs = settings.durationMs ?? Number.POSITIVE_INFINITY;
  }

  onSent(at: number): void {
    const atMs = at - this.settings.from;
    this.#seconds.sent(atMs);
    if (atMs >= 0) this.#sent += 1;
    else this.#uncounted += 1;
  }

  onDropped(at: number): void {
    if (at >= this.settings.from) this.#dropped += 1;
  }

  onEnded(result: RequestResult): void {
    const { from } = this.settings;
    if (result.sentAt < from) {
      this.#seconds.endedUncounted(result.endedAt - from);
      return;
    }
    const { outcome, status, bytes, proxyOutcome, localError } = result;
    const endMs = result.endedAt - from;
    const ok = outcome === 'ok';
    const latencyMs = result.endedAt - result.intendedAt;
    this.#ended += 1;
    this.#outcomes[outcome] += 1;
    if (status !== 0) increment(this.#statuses, status);
    if (proxyOutcome !== null) increment(this.#proxyOutcomes, proxyOutcome);
    if (localError !== null) increment(this.#localErrors, localError);
    this.#receivedBytes += bytes;
    if (endMs > this.#lastEndMs) this.#lastEndMs = endMs;
    if (tellsOfTarget(outcome) && endMs <= this.#durationMs) {
      this.#within.ended += 1;
      this.#within.bytes += bytes;
      if (ok) this.#within.ok += 1;
    }
    this.#seconds.ended(endMs, ok, latencyMs);
    this.#measure(result, latencyMs);
  }

  #measure(result: RequestResult, latencyMs: number): void {
    const { good, other, service, lateness } = this.#histograms;
    const { outcome, intendedAt, sentAt, endedAt } = result;
    if (outcome === 'ok') recordMs(good, latencyMs);
    // Nobody knows how long it would have taken; at least this long.
    else if (outcome === 'timeout') recordMs(other, sentAt - intendedAt + this.settings.timeoutMs);
    else if (tellsOfTarget(outcome)) recordMs(other, latencyMs);
    if (!this.settings.open) return;
    if (outcome === 'ok') recordMs(service, endedAt - sentAt);
    recordMs(lateness, sentAt - intendedAt);
  }

  progress(): Progress {
    return {
      sent: this.#sent,
      ended: this.#ended,
      ok: this.#outcomes.ok,
      refused: this.#outcomes.refused,
      local: this.#outcomes.local,
      inFlight: this.#seconds.inFlight,
      dropped: this.#dropped,
    };
  }

  state(): RecorderState {
    const { durationMs, timeoutMs, open } = this.settings;
    const { good, other, service, lateness } = this.#histograms;
    return {
      settings: { durationMs, timeoutMs, open },
      sent: this.#sent,
      uncounted: this.#uncounted,
      dropped: this.#dropped,
      outcomes: { ...this.#outcomes },
      statuses: Object.fromEntries(this.#statuses),
      proxyOutcomes: Object.fromEntries(this.#proxyOutcomes),
      localErrors: Object.fromEntries(this.#localErrors),
      receivedBytes: this.#receivedBytes,
      within: { ...this.#within },
      lastEndMs: this.#lastEndMs,
      histograms: {
        good: encodeHistogram(good),
        other: encodeHistogram(other),
        service: encodeHistogram(service),
        lateness: encodeHistogram(lateness),
      },
      seconds: this.#seconds.states(),
    };
  }

  /** As if one recorder had seen what all of these saw; their settings have to be the same. */
  static merge(states: readonly RecorderState[]): RecorderState {
    const [first] = states;
    if (!first) throw new Error('there is nothing to merge');
    const sum = (of: (state: RecorderState) => number): number =>
      states.reduce((total, state) => total + of(state), 0);
    return {
      settings: first.settings,
      sent: sum((state) => state.sent),
      uncounted: sum((state) => state.uncounted),
      dropped: sum((state) => state.dropped),
      outcomes: { ...noOutcomes(), ...sumRecords(states.map((state) => state.outcomes)) },
      statuses: sumRecords(states.map((state) => state.statuses)),
      proxyOutcomes: sumRecords(states.map((state) => state.proxyOutcomes)),
      localErrors: sumRecords(states.map((state) => state.localErrors)),
      receivedBytes: sum((state) => state.receivedBytes),
      within: {
        ended: sum((state) => state.within.ended),
        ok: sum((state) => state.within.ok),
        bytes: sum((state) => state.within.bytes),
      },
      lastEndMs: Math.max(...states.map((state) => state.lastEndMs)),
      histograms: mergeHistograms(states),
      seconds: mergeSeconds(states.map((state) => state.seconds)),
    };
  }
}

function mergeHistograms(states: readonly RecorderState[]): Record<HistogramName, string> {
  const merged = histogramNames.map((name) => {
    const histogram = newHistogram();
    for (const state of states) histogram.add(decodeHistogram(state.histograms[name]));
    return [name, encodeHistogram(histogram)];
  });
  return Object.fromEntries(merged) as Record<HistogramName, string>;
}

/** Whether an end tells of the target: neither what never reached it does, nor what nobody saw the end of. */
export function tellsOfTarget(outcome: LoadOutcome): boolean {
  return outcome !== 'unfinished' && outcome !== 'local';
}

function noOutcomes(): Record<LoadOutcome, number> {
  return Object.fromEntries(loadOutcomes.map((outcome) => [outcome, 0])) as Record<
    LoadOutcome,
    number
  >;
}

function increment<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sumRecords(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total = new Map<string, number>();
  for (const record of records) {
    for (const [key, count] of Object.entries(record)) {
      total.set(key, (total.get(key) ?? 0) + count);
    }
  }
  return Object.fromEntries(total);
}
