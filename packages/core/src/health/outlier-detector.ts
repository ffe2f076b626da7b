import type { Tally } from './failure-gap.ts';
import { checkOutlierOptions, type OutlierOptions } from './outlier-options.ts';
import { type OutlierGroup, OutlierWatch, type Watched } from './outlier-watch.ts';

/**
 * Takes targets out of use for a while that fail while their peers do not (passive outlier ejection, as in
 * Envoy). It needs no timer: an ejection ends by the clock.
 */
export class OutlierDetector implements OutlierGroup {
  readonly options: OutlierOptions;
  readonly #watches = new Set<OutlierWatch>();

  constructor(options: OutlierOptions) {
    checkOutlierOptions(options);
    this.options = options;
  }

  get ejected(): number {
    let count = 0;
    for (const watch of this.#watches) if (watch.ejected()) count += 1;
    return count;
  }

  add(target: Watched): OutlierWatch {
    const watch = new OutlierWatch(target, this);
    this.#watches.add(watch);
    return watch;
  }

  remove(watch: OutlierWatch): void {
    this.#watches.delete(watch);
  }

  /** Readmits whoever is due. Every question does so: only needed when nobody asks. */
  check(): void {
    for (const watch of this.#watches) watch.ejected();
  }

  /**
   * Room under the maximum, and another target that serves and does not itself fail just now: where all fail
   * together, the fault is behind them or in what they are asked, and ejecting one only burdens the others.
   */
  mayEject(watch: OutlierWatch): boolean {
    const { maxEjectedShare } = this.options;
    if (maxEjectedShare === 0) return false;
    const most = Math.max(1, Math.floor(this.#watches.size * maxEjectedShare));
    if (this.ejected >= most) return false;
    for (const peer of this.#watches) {
      if (peer !== watch && !peer.isFailing && peer.serves) return true;
    }
    return false;
  }

  anyPeerServes(watch: OutlierWatch): boolean {
    for (const peer of this.#watches) if (peer !== watch && peer.serves) return true;
    return false;
  }

  addPeers(watch: OutlierWatch, tally: Tally): void {
    for (const peer of this.#watches) {
      if (peer !== watch && peer.serves) peer.addTo(tally);
    }
  }
}
