import { Worker } from 'node:worker_threads';
import type { LoadPlan } from '../engine/engine.ts';
import { siblingModule } from '../engine/sibling-module.ts';
import { toShared } from '../engine/thread-clock.ts';
import type { ThreadLoad } from '../record/generator-health.ts';
import {
  type FromWorker,
  type RecorderSettings,
  type ToWorker,
  toSent,
  type WorkerData,
} from './messages.ts';
import { splitPlan } from './split-plan.ts';

export interface RunInWorkers<Progress extends object> {
  readonly plan: LoadPlan;
  readonly workers: number;
  /**
   * URL of a module that exports a class `Recorder`: an observer made of the settings, with `progress()`
   * (numbers) and `state()` (structured-cloneable).
   */
  readonly recorderModule: string;
  /** Called when all threads are up, with the instant at which they will begin. */
  readonly settingsAt: (startAt: number) => RecorderSettings;
  readonly signal: AbortSignal;
  /** Once a second, the sum over the workers. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface WorkerResult<State> {
  readonly state: State;
  readonly load: ThreadLoad;
}

/** Threads that have come up get so long until all begin together. */
const leadMs = 20;

/** Runs parts of a plan in threads at the same time; rejects when one of them fails, ending the others. */
export async function runInWorkers<State, Progress extends object>(
  options: RunInWorkers<Progress>,
): Promise<WorkerResult<State>[]> {
  const { plan, workers, recorderModule, settingsAt, signal, onProgress } = options;
  const threads = splitPlan(plan, workers).map((part) => new Thread(part, recorderModule));
  const stop = () => {
    for (const thread of threads) thread.send({ type: 'stop' });
  };
  const latest = new Map<Thread, Readonly<Record<string, number>>>();
  const tell = (thread: Thread, progress: Readonly<Record<string, number>>) => {
    const isRepeated = latest.has(thread);
    latest.set(thread, progress);
    // One thread's round stands for all: each reports once a second.
    if (isRepeated && thread !== threads[0]) return;
    if (latest.size === threads.length) onProgress?.(sumOf([...latest.values()]) as Progress);
  };
  try {
    await Promise.all(threads.map((thread) => thread.ready));
    const startAt = performance.now() + leadMs;
    const { from, ...settings } = settingsAt(startAt);
    const start: ToWorker = {
      type: 'start',
      at: toShared(startAt),
      settings: { ...settings, from: toShared(from) },
    };
    for (const thread of threads) {
      thread.onProgress = (progress) => tell(thread, progress);
      thread.send(start);
    }
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const ends = await Promise.all(threads.map((thread) => thread.ended));
    return ends.map(({ state, load }) => ({ state: state as State, load }));
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

function sumOf(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const record of records) {
    for (const [name, value] of Object.entries(record)) total[name] = (total[name] ?? 0) + value;
  }
  return total;
}

class Thread {
  readonly ready: Promise<void>;
  readonly ended: Promise<Extract<FromWorker, { type: 'ended' }>>;
  onProgress: (progress: Readonly<Record<string, number>>) => void = () => {};
  readonly #worker: Worker;

  constructor(plan: LoadPlan, recorderModule: string) {
    const workerData: WorkerData = { plan: toSent(plan), recorderModule };
    this.#worker = new Worker(siblingModule(import.meta.url, 'engine-worker'), { workerData });
    const hears = <Type extends FromWorker['type']>(type: Type) =>
      new Promise<Extract<FromWorker, { type: Type }>>((resolve, reject) => {
        this.#worker.on('message', (message: FromWorker) => {
          if (message.type === type) resolve(message as Extract<FromWorker, { type: Type }>);
        });
        this.#worker.on('error', reject);
        this.#worker.on('exit', () => reject(new Error('a worker ended before its run')));
      });
    this.ready = hears('ready').then(() => {});
    this.ended = hears('ended');
    // Heard of where it is awaited, if the run gets that far.
    this.ended.catch(() => {});
    this.#worker.on('message', (message: FromWorker) => {
      if (message.type === 'progress') this.onProgress(message.progress);
    });
  }

  send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}
