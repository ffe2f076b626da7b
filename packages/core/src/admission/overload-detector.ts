/** A line that grew by less than a quarter within an interval has not grown: it sways. */
const growth = 1.25;

/**
 * Tells a line that moves from one that only gets longer. It is overloaded once it did not empty for a
 * whole interval and, in that time, grew or had people turned away: a standing line of patient clients
 * isn't, nor is a burst that is being worked off, nor one of at most `harmless`. That is over after an interval in which the line
 * emptied and nobody was turned away; emptying alone is not enough, as controlled delay keeps it short.
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
  observe(now: number, size: number, line: { intervalMs: number; harmless: number }): void {
    if (size === 0) this.#emptied = true;
    // A calm line's idle time does not count: its first interval begins with the one who makes it a line.
    else if (!this.#overloaded && this.#emptied && size === 1) this.#begin(now, 0, true);
    if (now - this.#startedAt < line.intervalMs) return;
    if (this.#overloaded) this.#overloaded = !this.#emptied || this.#turnedAway;
    else this.#overloaded = !this.#emptied && size > line.harmless && this.#gotWorse(size);
    this.#begin(now, size, size === 0);
  }

  #gotWorse(size: number): boolean {
    return this.#turnedAway || size > this.#sizeAtStart * growth;
  }

  #begin(now: number, size: number, emptied: boolean): void {
    this.#startedAt = now;
    this.#sizeAtStart = size;
    this.#emptied = emptied;
    this.#turnedAway = false;
  }
}
