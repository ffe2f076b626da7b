import { nextPollIn } from './poll-schedule.ts';
import { type PollTarget, SnapshotReader } from './read-snapshot.ts';
import { now, type Reading } from './reading.ts';
import type { Source } from './source.ts';

/** Polls every proxy on its own: one that hangs does not hold up the others. */
export class LiveSource implements Source {
  readonly urls: readonly string[];
  readonly label = null;
  intervalMs: number;
  readonly #targets: readonly PollTarget[];
  readonly #next = new Map<string, number>();
  /** Those that sleep until their next poll. */
  readonly #wakers = new Set<() => void>();

  constructor(targets: readonly PollTarget[], intervalMs: number) {
    this.#targets = targets;
    this.urls = targets.map(({ url }) => url);
    this.intervalMs = intervalMs;
  }

  now(): number {
    return now();
  }

  nextAt(url: string): number | null {
    return this.#next.get(url) ?? null;
  }

  setInterval(intervalMs: number): void {
    this.intervalMs = intervalMs;
    for (const wake of this.#wakers) wake();
  }

  async run(take: (reading: Reading) => void, signal: AbortSignal): Promise<void> {
    await Promise.all(this.#targets.map((target) => this.#poll(target, take, signal)));
  }

  async #poll(
    target: PollTarget,
    take: (reading: Reading) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const reader = new SnapshotReader(target);
    let failures = 0;
    try {
      while (!signal.aborted) {
        const started = now();
        this.#next.delete(target.url);
        const reading = await reader.read(signal);
        failures = reading.result.ok ? 0 : failures + 1;
        const dueAt = (): number => started + nextPollIn(this.intervalMs, failures);
        this.#next.set(target.url, Math.max(dueAt(), now()));
        take(reading);
        await this.#sleepUntil(target.url, dueAt, signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      reader.close();
    }
  }

  /** Asks anew when it is due after each change of the interval. */
  async #sleepUntil(url: string, dueAt: () => number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && now() < dueAt()) {
      this.#next.set(url, dueAt());
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          this.#wakers.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, Math.ceil(dueAt() - now()));
        this.#wakers.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
  }
}
