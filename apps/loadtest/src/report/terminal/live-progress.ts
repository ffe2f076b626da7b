import type { Progress } from '../../record/recorder.ts';
import { type ProgressFacts, progressLine } from './progress-line.ts';

export interface ProgressOutput {
  /** Null: plain lines, without control codes. */
  readonly terminal: { readonly columns: number } | null;
  err(text: string): void;
  errRaw(text: string): void;
}

const plainEveryMs = 5_000;
/** A rate over less than that would flicker. */
const rateEveryMs = 1_000;

/** One line that overwrites itself on a terminal, and a line every few seconds elsewhere. */
export class LiveProgress {
  readonly #output: ProgressOutput;
  readonly #facts: Pick<ProgressFacts, 'warmUpMs' | 'requests' | 'durationMs'>;
  readonly #now: () => number;
  readonly #startedAt: number;
  #last: { at: number; ended: number };
  #perSecond: number | null = null;

  constructor(
    output: ProgressOutput,
    facts: Pick<ProgressFacts, 'warmUpMs' | 'requests' | 'durationMs'>,
    now: () => number = () => performance.now(),
  ) {
    this.#output = output;
    this.#facts = facts;
    this.#now = now;
    this.#startedAt = now();
    this.#last = { at: this.#startedAt, ended: 0 };
  }

  show(progress: Progress): void {
    const now = this.#now();
    const { terminal } = this.#output;
    const sinceLast = now - this.#last.at;
    if (terminal === null && sinceLast < plainEveryMs) return;
    if (sinceLast >= rateEveryMs) {
      this.#perSecond = (1_000 * (progress.ended - this.#last.ended)) / sinceLast;
      this.#last = { at: now, ended: progress.ended };
    }
    const elapsedMs = now - this.#startedAt;
    const line = progressLine(progress, {
      ...this.#facts,
      elapsedMs,
      perSecond: this.#perSecond,
    });
    if (terminal === null) this.#output.err(line);
    // The last column stays free: some terminals wrap when it is written.
    else this.#output.errRaw(`\r\u001b[2K${line.slice(0, terminal.columns - 1)}`);
  }

  end(): void {
    if (this.#output.terminal !== null) this.#output.errRaw('\r\u001b[2K');
  }
}
