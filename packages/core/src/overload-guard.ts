import { requireAtLeast } from './check-number.ts';

/** What runs out in this process, the most urgent first. */
export type Resource = 'event_loop' | 'memory' | 'connections';

/** Of `from`, nothing is shed yet; from `full` on, all. */
export interface Range {
  readonly from: number;
  readonly full: number;
}

export interface OverloadGuardOptions {
  /** Delay of the event loop, ms. */
  eventLoopDelayMs: Range;
  /** Heap in use / its limit. */
  memory: Range;
  /** Open sockets / as many as there may be. */
  connections: Range;
  /** What has begun at `from` ends below this share of it; above 0, at most 1. */
  release?: number;
}

export interface Strain {
  eventLoopDelayMs: number;
  /** 0 to 1. */
  memory: number;
  /** 0 to 1. */
  connections: number;
}

export interface Overload {
  readonly resource: Resource;
  /** Share of new requests to shed, above 0, at most 1. */
  readonly shed: number;
}

/** In order of urgency. */
const resources = [
  ['event_loop', 'eventLoopDelayMs'],
  ['memory', 'memory'],
  ['connections', 'connections'],
] as const satisfies readonly [Resource, keyof Strain][];

/** What is shed as soon as anything is. */
const least = 0.1;
/** Of the way to a new share, so much a measurement: one hiccup is no overload. */
const [upwards, downwards] = [0.5, 0.2];

/**
 * Whether this process itself is at its end, by what is measured of it from time to time: a share of the
 * new requests is shed that grows with the strain, before all of them suffer. It begins at `from` and ends
 * well below, so that it does not flap.
 */
export class OverloadGuard {
  readonly #options: OverloadGuardOptions;
  readonly #release: number;
  /** Each ends by its own measure: another's usual level must not keep it going. */
  readonly #strained = new Set<Resource>();
  #overload: Overload | null = null;

  constructor(options: OverloadGuardOptions) {
    for (const [, key] of resources) {
      const { from, full } = options[key];
      requireAtLeast(`${key}.from`, from, Number.MIN_VALUE);
      requireAtLeast(`${key}.full`, full, from);
    }
    this.#options = options;
    this.#release = requireAtLeast('release', options.release ?? 0.8, Number.MIN_VALUE);
    requireAtLeast('1 - release', 1 - this.#release, 0);
  }

  /** By the latest measurement; null: all is well. */
  get overload(): Overload | null {
    return this.#overload;
  }

  /** To be called at an even pace, about ten times a second. */
  measure(strain: Strain): Overload | null {
    const before = this.#overload?.shed ?? 0;
    let wanted = 0;
    let worst = this.#overload?.resource ?? 'event_loop';
    for (const [resource, key] of resources) {
      const share = this.#wants(resource, strain[key], this.#options[key]);
      if (share <= wanted) continue;
      wanted = share;
      worst = resource;
    }
    const next = before + (wanted - before) * (wanted > before ? upwards : downwards);
    const over = wanted === 0 && next < least / 2;
    this.#overload = over ? null : Object.freeze({ resource: worst, shed: next });
    return this.#overload;
  }

  /** Why a new request is to be shed; null to let it in. `draw`: uniform in [0, 1). */
  sheds(draw: number): Resource | null {
    return this.#overload !== null && draw < this.#overload.shed ? this.#overload.resource : null;
  }

  #wants(resource: Resource, measured: number, range: Range): number {
    const begins = this.#strained.has(resource) ? range.from * this.#release : range.from;
    if (!(measured >= begins)) {
      this.#strained.delete(resource);
      return 0;
    }
    this.#strained.add(resource);
    return shedShare(measured, range);
  }
}

/** Evenly from `least` to 1 between `from` and `full`. */
const shedShare = (measured: number, { from, full }: Range): number => {
  if (measured >= full) return 1;
  return least + (1 - least) * Math.max(0, (measured - from) / (full - from));
};
