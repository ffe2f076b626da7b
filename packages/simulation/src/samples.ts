/** Numbers kept whole: percentiles of them are exact. */
export class Samples {
  #values = new Float64Array(1024);
  #count = 0;
  #sum = 0;
  #sorted = true;

  get count(): number {
    return this.#count;
  }

  /** Null when there are none. */
  get mean(): number | null {
    return this.#count === 0 ? null : this.#sum / this.#count;
  }

  add(value: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(2 * this.#count);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = value;
    this.#sum += value;
    this.#sorted = false;
  }

  addAll(others: Samples): void {
    for (let i = 0; i < others.#count; i++) this.add(others.#values[i]!);
  }

  /** By nearest rank; null when there are none. */
  percentile(percent: number): number | null {
    if (this.#count === 0) return null;
    const all = this.#values.subarray(0, this.#count);
    if (!this.#sorted) all.sort();
    this.#sorted = true;
    return all[Math.max(0, Math.ceil((percent / 100) * this.#count) - 1)]!;
  }
}
