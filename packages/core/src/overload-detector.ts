/** A line that grew by less than a quarter within an interval has not grown: it sways. */
const growth = 1.25;

/**
 * Tells a line that moves from one that only gets longer. Overloaded is a line that did not empty for a
 * whole interval and, in that time, grew or had people turned away: a standing line of patient clients
 * is none, nor is a burst that is being worked off. Over once the line is empty.
 * After folly's CoDel and "Fail at Scale" (ACM Queue 13/8), whose only sign is the line not emptying.
 */
export class OverloadDetector {
  #startedAt = 0;
  #sizeAtStart = 0;
  #emptied = true;
  #turnedAway = false;
  #overloaded = false;

  get overloaded(): boolean {
    return this.#overloaded;
  }

  /** Somebody was refused a place in the line, or waited in vain. */
  turnedAway(): void {
    this.#turnedAway = true;
  }

  /** To be told whenever the line changed. */
  observe(now: number, size: number, intervalMs: number): void {
    if (size === 0) {
      this.#overloaded = false;
      this.#emptied = true;
      return;
    }
    // An idle line's time does not count: its first interval begins with the one who makes it a line.
    if (this.#emptied && size === 1) this.#begin(now, 0, true);
    if (now - this.#startedAt < intervalMs) return;
    const grew = size > this.#sizeAtStart * growth;
    if (!this.#emptied && (grew || this.#turnedAway)) this.#overloaded = true;
    this.#begin(now, size, false);
  }

  #begin(now: number, size: number, emptied: boolean): void {
    this.#startedAt = now;
    this.#sizeAtStart = size;
    this.#emptied = emptied;
    this.#turnedAway = false;
  }
}
