/** What one window may add: one alone proves nothing. */
const most = 0.5;
/** Latency above the baseline, summed over slow windows in a row, that is worth a probe. */
const usually = 0.4;
/** Where the last probes were in vain: on a restless machine latency comes and goes. */
const atMost = 2.4;

/** How sure it is that a rise in latency is more than chance. Each probe in vain makes it slower to believe. */
export class Suspicion {
  #windows = 0;
  #sum = 0;
  #enough = usually;

  /** Whether it is time for a probe. `ratio`: latency over the baseline. */
  onWindow(slow: boolean, ratio: number): boolean {
    if (!slow) {
      this.#windows = this.#sum = 0;
      return false;
    }
    this.#windows++;
    this.#sum += Math.min(most, ratio - 1);
    // Two at least: the first one may have begun before whatever has happened.
    return this.#windows >= 2 && this.#sum >= this.#enough;
  }

  onProbe(foundQueue: boolean): void {
    this.#enough = foundQueue ? usually : Math.min(2 * this.#enough, atMost);
  }
}
