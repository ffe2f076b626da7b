import type { Reading } from './reading.ts';
import type { Source } from './source.ts';

/** Gives what was recorded, as fast as it came times `speed`; without one, at once. */
export class ReplaySource implements Source {
  readonly urls: readonly string[];
  readonly intervalMs = null;
  readonly label: string;
  readonly #readings: readonly Reading[];
  readonly #speed: number | null;
  readonly #firstAt: number;
  readonly #lastAt: number;
  #startedAt: number | null = null;

  constructor(readings: readonly Reading[], speed: number | null) {
    this.#readings = readings;
    this.#speed = speed;
    this.#firstAt = readings[0]?.at ?? 0;
    this.#lastAt = readings.at(-1)?.at ?? 0;
    this.urls = [...new Set(readings.map(({ url }) => url))];
    this.label = speed === null ? 'replay' : `replay x${speed}`;
  }

  now(): number {
    if (this.#startedAt === null) return this.#firstAt;
    if (this.#speed === null) return this.#lastAt;
    const passed = (performance.now() - this.#startedAt) * this.#speed;
    return Math.min(this.#lastAt, this.#firstAt + passed);
  }

  nextAt(): null {
    return null;
  }

  setInterval(): void {}

  async run(take: (reading: Reading) => void, signal: AbortSignal): Promise<void> {
    this.#startedAt = performance.now();
    for (const reading of this.#readings) {
      if (this.#speed !== null) await sleep((reading.at - this.now()) / this.#speed, signal);
      if (signal.aborted) return;
      take(reading);
    }
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.ceil(ms));
    signal.addEventListener('abort', end, { once: true });
  });
}
