import { requireAtLeast, requireWhole } from '../check-number.ts';
import { maxLeases } from '../lease-table.ts';
import {
  cruise,
  isSlow,
  isUsed,
  judgeProbe,
  moreLimit,
  probeLimit,
  toleratedDropShare,
} from './aimd-step.ts';
import { CapacitySearch, type Found, type SearchStep } from './capacity-search.ts';
import type {
  ConcurrencyLimit,
  LimitBounds,
  LimitChange,
  LimitReason,
  SampleOutcome,
} from './concurrency-limit.ts';
import { type Level, LevelMeter } from './level-meter.ts';
import type { LimitOptions } from './limit-options.ts';
import { MovingLimit } from './moving-limit.ts';
import { SampleWindow, type WindowSummary } from './sample-window.ts';
import { Suspicion } from './suspicion.ts';

const minSamples = 50;
const maxSamples = 4000;
/** Without a baseline, a window's own spread is that of all flows together. */
const firstSamples = 300;
/** After so many windows in which nothing moved it looks upwards; in vain, after twice as many. */
const [firstLookUp, lookUpAfter, lookUpAtLeast] = [3, 8, 16];
/** Where a baseline was never confirmed, or the queue goes deep, a probe goes further down. */
const [usualContrast, deepContrast] = [0.8, 0.7];

type Phase =
  | { readonly name: 'searching' }
  | { readonly name: 'cruise' }
  /** Until as few are in flight as the probe allows. */
  | { readonly name: 'draining'; readonly limit: number; readonly before: WindowSummary }
  | { readonly name: 'probing'; readonly limit: number; readonly before: WindowSummary };

/** Windows to the next probe after a search or a large step down: they are quick, and so they are coarse. */
const soon = 10;
/** What is left of the limit after such a step, at most. */
const largeStep = 0.8;
/** Windows of growth that the finding of no queue is worth. */
const afterCertainty = 4;

const cruising: Phase = { name: 'cruise' };
const searching: Phase = { name: 'searching' };
/** Programs answer their first requests slowly: what was found so soon is looked at again. */
const coldMs = 5000;

/**
 * Additive increase, multiplicative decrease in windows: one decrease a window at most. Where the upstream
 * never refuses but lets its own queue grow, it finds out by probing whether less in flight does the same
 * work.
 */
export class AimdLimit implements ConcurrencyLimit {
  readonly #bounds: LimitBounds;
  readonly #windowMs: number;
  readonly #probeEvery: number;
  readonly #window = new SampleWindow();
  readonly #search: CapacitySearch;
  readonly #meter = new LevelMeter();
  readonly #suspicion = new Suspicion();
  #phase: Phase = searching;
  /** With its fraction. */
  #exact: number;
  /** `#exact` rounded, but for the moment of a probe. */
  readonly #shown: MovingLimit;
  #cap = Infinity;
  /** Drops of requests that began before the last decrease are its cause, not its result. */
  #decreasedAt = -Infinity;
  /** Windows of growth since the last decrease. */
  #streak = 0;
  #untilProbe = 3;
  #dropsInARow = 0;
  /** Used windows since it last looked elsewhere in which it did not grow. */
  #stuck = 0;
  #lookUpAfter = firstLookUp;
  /** Four mean latencies. */
  #warmUpMs = 0;
  /** What is found before this is looked at again; NaN before the first request, -Infinity once it was. */
  #coldUntil = Number.NaN;
  /** A probe has ended, below or above. */
  #hasLooked = false;
  /** A probe has found no queue: the baseline is one. */
  #confirmed = false;

  constructor(options: LimitOptions) {
    const { initial, min, max, windowMs = 1000, probeEvery = 30 } = options;
    requireWhole('min', min, 1, maxLeases);
    requireWhole('max', max, min, maxLeases);
    this.#bounds = { min, max };
    this.#search = new CapacitySearch(this.#bounds);
    this.#windowMs = requireAtLeast('windowMs', windowMs, 1);
    this.#probeEvery = requireWhole('probeEvery', probeEvery, 1, Number.MAX_SAFE_INTEGER);
    this.#exact = Math.max(min, Math.min(max, requireAtLeast('initial', initial, 1)));
    this.#shown = new MovingLimit(Math.floor(this.#exact));
  }

  get limit(): number {
    return this.#shown.value;
  }

  get lastChange(): LimitChange | null {
    return this.#shown.lastChange;
  }

  onSample(
    startedAt: number,
    endedAt: number,
    inFlight: number,
    outcome: SampleOutcome,
    flow = 0,
  ): boolean {
    if (this.#phase.name === 'searching') {
      if (Number.isNaN(this.#coldUntil)) this.#beginSearch(startedAt);
      const level = this.#meter.add(endedAt, inFlight, outcome);
      return level !== null && this.#follow(this.#search.onLevel(level), level, endedAt);
    }
    const window = this.#window;
    if (outcome === 'dropped') {
      if (startedAt >= this.#decreasedAt) window.addDrop();
    } else if (outcome === 'success') {
      window.addSuccess(startedAt, endedAt, inFlight, flow);
    }
    if (this.#phase.name === 'draining') {
      if (inFlight > this.#phase.limit) return false;
      this.#phase = { ...this.#phase, name: 'probing' };
      window.restart(endedAt, this.#warmUpMs);
      return false;
    }
    const elapsedMs = endedAt - window.startedAt;
    if (elapsedMs < this.#windowMs || !this.#hasSeenEnough(elapsedMs)) return false;
    return this.#close(endedAt);
  }

  onStatedCapacity(capacity: number | null, now: number): boolean {
    this.#cap = capacity === null ? Infinity : requireWhole('capacity', capacity, 0, 2 ** 31);
    if (capacity === null) return false;
    this.#phase = cruising;
    this.#window.restart(now, this.#warmUpMs);
    return this.#move(capacity, 'stated', now);
  }

  /** Enough to judge latency by; or drops, which need no more. */
  #hasSeenEnough(elapsedMs: number): boolean {
    const window = this.#window;
    if (window.dropShare > toleratedDropShare) return true;
    const { samples } = window;
    const calmMs = this.#warmUpMs > 0 ? 2 * this.#warmUpMs : 8 * window.meanLatencyMs;
    if (samples < minSamples || elapsedMs < calmMs) return false;
    if (this.#phase.name === 'probing') {
      // As long as the window it is held against: then both leave out the same slow ones.
      const { durationMs } = this.#phase.before;
      if (elapsedMs < 0.8 * durationMs) return false;
      if (elapsedMs > 1.5 * durationMs) return true;
    }
    if (samples >= (window.baselines.known ? maxSamples : firstSamples)) return true;
    return window.error <= preciseEnough(elapsedMs / this.#windowMs, this.#exact);
  }

  #beginSearch(now: number): void {
    this.#coldUntil = now + coldMs;
    this.#meter.begin(this.#shown.value, now);
  }

  #follow(step: SearchStep, { inFlight, durationMs, answered }: Level, now: number): boolean {
    const latencyMs = answered > 0 ? (inFlight * durationMs) / answered : 0;
    if (step.to === 'found') return this.#endSearch(step, latencyMs, now);
    const moved = step.to === 'try' && this.#move(step.limit, 'search', now);
    this.#meter.begin(this.#shown.value, moved ? now + latencyMs : now);
    this.#phase = searching;
    return moved;
  }

  #endSearch({ limit, sure, drops }: Found, latencyMs: number, now: number): boolean {
    if (sure) this.#untilProbe = Math.min(soon, this.#probeEvery);
    this.#streak = afterCertainty;
    if (now >= this.#coldUntil) this.#coldUntil = -Infinity;
    if (drops) this.#decreasedAt = now;
    this.#phase = cruising;
    this.#warmUpMs = 4 * latencyMs;
    this.#window.restart(now, this.#warmUpMs);
    return this.#move(limit, drops ? 'drops' : 'search', now);
  }

  #close(now: number): boolean {
    const window = this.#window.summary(now);
    if (this.#window.samples > 0) this.#warmUpMs = 4 * this.#window.meanLatencyMs;
    const changed =
      this.#phase.name === 'probing' && window.dropShare <= toleratedDropShare
        ? this.#endProbe(this.#phase.before, window, now)
        : this.#endWindow(window, now);
    this.#window.restart(now, this.#warmUpMs);
    return changed;
  }

  #endWindow(window: WindowSummary, now: number): boolean {
    this.#phase = cruising;
    const level = { ...window, limit: this.#shown.value };
    const calm = isUsed(this.#exact, window) && !(window.dropShare > toleratedDropShare);
    if (calm && this.#coldUntil > -Infinity && this.#cap === Infinity) {
      this.#coldUntil = -Infinity;
      return this.#follow(this.#search.verify(level), level, now);
    }
    const { baselines } = this.#window;
    baselines.learnNew(Number.isNaN(window.ratio) ? 1 : window.ratio);
    // Whatever was in flight, without it the upstream would not have been slower.
    if (isFaster(window, 3)) baselines.learn(window.ratio);
    const step = cruise(this.#exact, window, {
      pace: this.#pace(window.durationMs),
      backoff: this.#dropsInARow > 0 ? 0.75 : 0.9,
      probeDue: this.#untilProbe <= 0,
    });
    this.#dropsInARow = step.to === 'move' && step.reason === 'drops' ? this.#dropsInARow + 1 : 0;
    const slow = step.to === 'probe' && step.why === 'slow';
    const suspected = this.#suspicion.onWindow(slow, window.ratio);
    const used = isUsed(this.#exact, window);
    if (used) this.#untilProbe--;
    // A window that is fast by chance, and grows by a little, starts no new count.
    if (!used || this.#dropsInARow > 0) this.#stuck = 0;
    else if (step.to !== 'move') this.#stuck++;
    if (step.to === 'stay') {
      if (this.#stuck < this.#lookUpAfter) return false;
      // Slower than the baseline, but not by much: if it is the baseline that is wrong, more is of use.
      return this.#probe(window, moreLimit(this.#exact, this.#bounds.max), now);
    }
    if (step.to === 'probe') {
      if (slow && !suspected) return false;
      return this.#probeBelow(window, this.#confirmed ? usualContrast : deepContrast, now);
    }
    if (step.reason === 'drops') {
      this.#decreasedAt = now;
      this.#streak = 0;
    } else {
      this.#streak++;
    }
    return this.#move(step.limit, step.reason, now);
  }

  /** Slowly at first, so that it does not jump over the edge again; the rarer the windows, the more each. */
  #pace(durationMs: number): number {
    const long = Math.max(1, durationMs / this.#windowMs / 3);
    return Math.min(Math.max(1, this.#exact / 7), (long * (1 + this.#streak)) / 2);
  }

  #probeBelow(before: WindowSummary, contrast: number, now: number): boolean {
    // From what was in flight then: a limit already lowered would leave too little between the two.
    const from = Math.min(this.#exact, before.inFlight);
    return this.#probe(before, probeLimit(from, before.ratio, contrast, this.#bounds), now);
  }

  #probe(before: WindowSummary, limit: number, now: number): boolean {
    this.#stuck = 0;
    const moved = this.#shown.moveTo(Math.min(this.#cap, limit), 'probe', now);
    this.#phase = { name: 'draining', limit: this.#shown.value, before };
    return moved;
  }

  #endProbe(before: WindowSummary, during: WindowSummary, now: number): boolean {
    const { finding, limit } = judgeProbe(this.#exact, before, during);
    const { baselines } = this.#window;
    this.#phase = cruising;
    const upwards = this.#shown.value > this.#exact;
    // A look upwards does not put off the one below, unless there is only up.
    if (!upwards || this.#untilProbe <= 0) {
      this.#untilProbe = finding === 'unclear' ? 5 : this.#probeEvery;
      if (limit < largeStep * this.#exact) this.#untilProbe = Math.min(soon, this.#probeEvery);
    }
    // The first look of all tells enough for a while, either way: two in a row would cost too much of a start.
    if (!this.#hasLooked) this.#untilProbe = Math.max(this.#untilProbe, soon);
    this.#hasLooked = true;
    const foundQueue = finding === 'queue_above' || finding === 'queue_everywhere';
    // Probes that were only due, or look upwards, say nothing of whether latency is to be believed.
    if (isSlow(before) && !upwards) this.#suspicion.onProbe(foundQueue);
    if (finding === 'unclear') return this.#move(limit, 'probe_over', now);
    if (finding !== 'queue_everywhere') this.#confirmed = true;
    // Upwards only from where there was no queue: else the queue itself would become the baseline.
    const errors = finding === 'queue_above' ? 0 : 2;
    if (finding === 'no_queue' || isFaster(during, errors)) baselines.learn(during.ratio);
    if (finding === 'no_queue') {
      this.#streak += afterCertainty;
      this.#lookUpAfter = lookUpAfter;
      // A probe of more that did more work has found its place.
      return this.#move(Math.max(limit, this.#shown.value), 'probe_over', now);
    }
    this.#streak = 0;
    if (upwards) {
      this.#lookUpAfter = Math.min(2 * this.#lookUpAfter, lookUpAtLeast);
      return this.#move(this.#exact, 'probe_over', now);
    }
    const moved = this.#move(limit, 'congestion', now);
    if (finding === 'queue_above') return moved;
    if (isSlow(during)) return this.#probeBelow(during, usualContrast, now) || moved;
    if (!isFaster(during, 2)) return moved;
    // The baseline itself had a queue: there may be more of it further down.
    const asBaseline = { ...during, ratio: 1, ratioError: during.ratioError / during.ratio };
    return this.#probeBelow(asBaseline, deepContrast, now) || moved;
  }

  #move(limit: number, reason: LimitReason, now: number): boolean {
    const { min, max } = this.#bounds;
    this.#exact = Math.max(min, Math.min(max, this.#cap, limit));
    return this.#shown.moveTo(this.#exact, reason, now);
  }
}

/** By so many standard errors: the fastest of many windows is fast by chance. */
const isFaster = ({ ratio, ratioError }: WindowSummary, errors: number): boolean =>
  ratio + errors * ratioError < 1;

/**
 * Standard error of the latency with which a window has seen enough. After long less will do, and so it
 * will where the next limit is a large step away anyway.
 */
const preciseEnough = (windows: number, limit: number): number =>
  Math.max(0.5 / limit, windows < 10 ? 0.04 : windows < 60 ? 0.06 : 0.1);
