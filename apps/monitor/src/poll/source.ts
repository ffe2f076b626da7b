import type { Reading } from './reading.ts';

/** Where readings come from: proxies that are polled, or a recording. */
export interface Source {
  readonly urls: readonly string[];
  /** The time that the readings live in: the clock's, or the recording's. */
  now(): number;
  /** Gives every reading to `take`; resolves when there will be no more. */
  run(take: (reading: Reading) => void, signal: AbortSignal): Promise<void>;
  /** When the proxy is asked again; null when nobody waits for that. */
  nextAt(url: string): number | null;
  /** Takes effect at once. */
  setInterval(intervalMs: number): void;
  /** Milliseconds between polls in force; null in a recording. */
  readonly intervalMs: number | null;
  /** To be shown beside the clock, such as `replay x10`. */
  readonly label: string | null;
}
