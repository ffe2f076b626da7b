import type { Flow } from './flow.ts';

/** Service times by powers of two, from 1 ms to an hour; one more for calls not known yet. */
const bands = 24;
const unknownBand = bands;
/** Four to eight times shorter counts as shorter: what comes back half as fast needs no protection. */
const shorterBy = 3;
const epochMs = 2000;
const epochsOfService = 20;
/** Poisson demand sways by its root; short calls can wait a little, so half of that will do. */
const sway = 0.5;

/**
 * How many permits a long call has to leave free for shorter ones. Fair queueing alone isn't enough:
 * it orders grants, but a permit given to a ten second call doesn't come back when fairness wants it.
 * Shorter flows that asked lately get room for their measured demand (arrival rate x service time, in
 * permits) and a little for its swaying, at most what is fair by the number of flows. Longer ones
 * always keep at least one permit; when nobody shorter has asked for `memoryMs`, all of them.
 */
export class Headroom {
  /** Offered work, ms of service, decaying with the band's memory. */
  readonly #work = new Float64Array(bands);
  readonly #askedAt = new Float64Array(bands).fill(-Infinity);
  readonly #inFlight = new Int32Array(bands + 1);
  /** Flows that asked in this epoch, and in the one before. */
  #active = new Int32Array(bands + 1);
  #activeBefore = new Int32Array(bands + 1);
  #epoch = 0;

  /** A request came, whatever becomes of it. */
  ask(flow: Flow, now: number): void {
    const band = bandOf(flow);
    this.#turnTo(now);
    if (flow.epoch !== this.#epoch) {
      flow.epoch = this.#epoch;
      this.#active[band]!++;
    }
    if (band === unknownBand) return;
    this.#work[band] = this.#workAt(band, now) + flow.service.meanMs;
    this.#askedAt[band] = now;
  }

  take(flow: Flow, permits = 1): void {
    this.#inFlight[bandOf(flow)]! += permits;
  }

  giveBack(flow: Flow): void {
    this.#inFlight[bandOf(flow)]!--;
  }

  /** To be called when the flow's service times changed; takes its calls in flight along. */
  reband(flow: Flow): void {
    const from = bandOf(flow);
    flow.band = flow.service.count === 0 ? -1 : bandOfMs(flow.service.meanMs);
    const to = bandOf(flow);
    if (from === to) return;
    this.#inFlight[from]! -= flow.inFlight;
    this.#inFlight[to]! += flow.inFlight;
  }

  /** Permits to leave free when this flow takes one. */
  keptFrom(flow: Flow, limit: number, now: number): number {
    const shorter = bandOf(flow) - shorterBy;
    if (shorter < 0) return 0;
    let need = 0;
    let inFlight = 0;
    let flows = 0;
    this.#turnTo(now);
    for (let band = 0; band <= shorter && band < bands; band++) {
      if (now - this.#askedAt[band]! >= memoryMs(band)) continue;
      const demand = this.#workAt(band, now) / memoryMs(band);
      need += Math.max(1, demand + sway * Math.sqrt(demand));
      inFlight += this.#inFlight[band]!;
      flows += Math.max(1, this.#active[band]!, this.#activeBefore[band]!);
    }
    if (flows === 0) return 0;
    let longer = 0;
    for (let band = shorter + 1; band <= unknownBand; band++) {
      longer += Math.max(this.#active[band]!, this.#activeBefore[band]!);
    }
    const fair = (limit * flows) / (flows + Math.max(1, longer));
    return Math.max(0, Math.ceil(Math.min(need, fair, limit - 1) - 1e-9) - inFlight);
  }

  #workAt(band: number, now: number): number {
    const idleMs = now - this.#askedAt[band]!;
    return this.#work[band]! * Math.exp(-idleMs / memoryMs(band));
  }

  #turnTo(now: number): void {
    const epoch = Math.floor(now / epochMs);
    if (epoch === this.#epoch) return;
    const before = this.#activeBefore;
    this.#activeBefore = this.#active;
    this.#active = before.fill(0);
    if (epoch !== this.#epoch + 1) this.#activeBefore.fill(0);
    this.#epoch = epoch;
  }
}

/** Room for calls of this band is kept for so long after the last one. */
export const memoryMs = (band: number): number => Math.max(epochMs, epochsOfService * 2 ** band);

export const bandOfMs = (ms: number): number =>
  Math.min(bands - 1, 31 - Math.clz32(Math.min(ms, 2 ** 30) | 1));

const bandOf = (flow: Flow): number => (flow.band < 0 ? unknownBand : flow.band);
