import type { Finding, MetricsSnapshot } from '@spillway/contracts';
import { diagnose, type Observation, observe, remembered } from '@spillway/diagnosis';
import { systemTime } from '../system/system-time.ts';

const sampleMs = 5_000;

/** The proxy's own watcher: looks at its metrics while it runs, as /proxy-health must know what led to now. */
export class History {
  readonly #snapshot: () => MetricsSnapshot;
  readonly #timer: NodeJS.Timeout;
  #observations: Observation[] = [];
  /** Of the latest observation; null until somebody asks. */
  #findings: readonly Finding[] | null = null;

  constructor(snapshot: () => MetricsSnapshot, everyMs = sampleMs) {
    this.#snapshot = snapshot;
    this.#timer = setInterval(() => this.look(), everyMs);
    this.#timer.unref();
    this.look();
  }

  /** As of the latest look. */
  findings(): readonly Finding[] {
    this.#findings ??= diagnose(this.#observations);
    return this.#findings;
  }

  /** Takes in how things stand now; done by itself every few seconds. */
  look(): void {
    const at = systemTime.now() / 1000;
    this.#observations = remembered(this.#observations, observe(this.#snapshot(), at));
    this.#findings = null;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
