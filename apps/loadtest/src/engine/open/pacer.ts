import { Worker } from 'node:worker_threads';
import { siblingModule } from '../sibling-module.ts';
import { toShared } from '../thread-clock.ts';

/** Shared with the thread: a count of orders that it sleeps on, one never changed, and the instant wanted. */
export interface PacerMemory {
  readonly orders: Int32Array;
  readonly never: Int32Array;
  readonly wakeAt: Float64Array;
}

function pacerMemory(): PacerMemory {
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
  readonly #memory = pacerMemory();
  readonly #thread: Worker;
  readonly #wake: () => void;
  #ready = false;

  constructor(wake: () => void) {
    this.#wake = wake;
    this.#thread = new Worker(siblingModule(import.meta.url, 'pacer-thread'), {
      workerData: this.#memory,
    });
    this.#thread.once('message', () => {
      this.#ready = true;
      this.#thread.on('message', wake);
    });
    // Out of descriptors or memory it doesn't come up, or ends: the loop spins on.
    this.#thread.on('error', () => {
      this.#ready = false;
      wake();
    });
  }

  /** An instant of performance.now(). One order at a time: the next is for `wake` to give. */
  wakeAt(instant: number): void {
    // The thread takes some 40 ms to come up: until then the loop spins.
    if (!this.#ready) {
      setImmediate(this.#wake);
      return;
    }
    this.#memory.wakeAt[0] = toShared(instant);
    Atomics.add(this.#memory.orders, 0, 1);
    Atomics.notify(this.#memory.orders, 0);
  }

  async close(): Promise<void> {
    this.#thread.removeAllListeners('message');
    await this.#thread.terminate();
  }
}
