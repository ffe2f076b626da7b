/** Below so many ms a call, reading the clock twice for each would cost more than it tells. */
const shortMs = 4;
const sampleEvery = 64;

/** A clock that is read for each call, or for each sixty-fourth while calls are very short. */
export class SampledClock {
  readonly #time: { now(): number };
  #every = 1;
  #skipped = 0;

  constructor(time: { now(): number }) {
    this.#time = time;
  }

  /** The instant, ms; -1: not this time. */
  sample(): number {
    if (++this.#skipped < this.#every) return -1;
    this.#skipped = 0;
    return this.#time.now();
  }

  /** How long calls take. */
  pace(meanMs: number): void {
    this.#every = meanMs < shortMs ? sampleEvery : 1;
  }
}
