/** N parallel workers before a first-in first-out queue: a model of a function server. */
export class Workers<Job> {
  #size = Number.POSITIVE_INFINITY;
  #bound = Number.POSITIVE_INFINITY;
  #busy = 0;
  // A Set keeps the order of insertion and forgets a leaver in constant time.
  readonly #waiting = new Set<Job>();
  readonly #start: (job: Job) => void;

  /** `start` is called when a job that was queued gets its worker. */
  constructor(start: (job: Job) => void) {
    this.#start = start;
  }

  /** `started`: the worker is taken, and `start` is not called. */
  enter(job: Job): 'started' | 'queued' | 'full' {
    if (this.#busy < this.#size && this.#waiting.size === 0) {
      this.#busy++;
      return 'started';
    }
    if (this.#waiting.size >= this.#bound) return 'full';
    this.#waiting.add(job);
    return 'queued';
  }

  /** Leaves the queue; false when the job was not in it. */
  leave(job: Job): boolean {
    return this.#waiting.delete(job);
  }

  /** Gives a worker back. */
  release(): void {
    this.#busy--;
    this.#grant();
  }

  /** Null means no limit. Jobs that are being worked on or queued already are not touched. */
  resize(size: number | null, bound: number | null): void {
    this.#size = size ?? Number.POSITIVE_INFINITY;
    this.#bound = bound ?? Number.POSITIVE_INFINITY;
    this.#grant();
  }

  #grant(): void {
    for (const job of this.#waiting) {
      if (this.#busy >= this.#size) return;
      this.#waiting.delete(job);
      this.#busy++;
      this.#start(job);
    }
  }
}
