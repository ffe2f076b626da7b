/** The last so many service times of one kind of call; old ones leave by being replaced, not by age. */
export class ServiceTimes {
  readonly #size: number;
  #samples: Float64Array | null = null;
  #count = 0;
  #next = 0;
  #sum = 0;
  /** Sorted copy, made when somebody asks. */
  #sorted: Float64Array | null = null;
  #stale = true;

  constructor(size: number) {
    this.#size = size;
  }

  /** How many are known, at most the size. */
  get count(): number {
    return this.#count;
  }

  get meanMs(): number {
    return this.#count === 0 ? 0 : Math.max(0, this.#sum / this.#count);
  }

  add(ms: number): void {
    this.#samples ??= new Float64Array(this.#size);
    if (this.#count === this.#size) this.#sum -= this.#samples[this.#next]!;
    else this.#count++;
    this.#samples[this.#next] = ms;
    this.#sum += ms;
    this.#next = (this.#next + 1) % this.#size;
    this.#stale = true;
  }

  /** 0 when nothing is known. */
  quantileMs(share: number): number {
    if (this.#count === 0) return 0;
    if (this.#stale) {
      this.#sorted ??= new Float64Array(this.#size);
      this.#sorted.fill(Infinity);
      this.#sorted.set(this.#samples!.subarray(0, this.#count));
      this.#sorted.sort();
      this.#stale = false;
    }
    return this.#sorted![Math.min(this.#count - 1, Math.floor(share * this.#count))]!;
  }
}
