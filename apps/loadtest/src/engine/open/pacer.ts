import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { siblingModule } from '../sibling-module.ts';

/** Shared with the thread: a count of orders that it sleeps on, one never changed, and the instant wanted. */
export interface PacerMemory {
  readonly orders: Int32Array;
  readonly never: Int32Array;
  readonly wakeAt: Float64Array;
}

export function pacerMemory(): PacerMemory {
  const shared = (bytes: number) => new SharedArrayBuffer(bytes);
  return {
    orders: new Int32Array(shared(4)),
    never: new Int32Array(shared(4)),
    wakeAt: new Float64Array(shared(8)),
  };
}

/**
 * Wakes the event loop at an instant, to a tenth of a millisecond. A timer of Node's is up to a millisecond
 * late and more, which would count as latency; spinning would take a core from what is under test, and
 * make the loop look fully used.
 */
export class Pacer {
  readonly #memory: PacerMemory;
  readonly #thread: Worker;

  private constructor(memory: PacerMemory, thread: Worker) {
    this.#memory = memory;
    this.#thread = thread;
  }

  static async start(wake: () => void): Promise<Pacer> {
    const memory = pacerMemory();
    const thread = new Worker(siblingModule(import.meta.url, 'pacer-thread'), {
      workerData: memory,
    });
    await once(thread, 'message');
    thread.on('message', wake);
    return new Pacer(memory, thread);
  }

  /** An instant of performance.now(). One order at a time: the next is for `wake` to give. */
  wakeAt(instant: number): void {
    this.#memory.wakeAt[0] = performance.timeOrigin + instant;
    Atomics.add(this.#memory.orders, 0, 1);
    Atomics.notify(this.#memory.orders, 0);
  }

  async close(): Promise<void> {
    this.#thread.removeAllListeners('message');
    await this.#thread.terminate();
  }
}
