import type { Observer, RequestResult } from '../../../src/engine/engine.ts';

export interface CountingState {
  readonly from: number;
  readonly sent: number;
  readonly ended: number;
  readonly ok: number;
  readonly unfinished: number;
  readonly dropped: number;
  /** Of the intended times, after `from`. */
  readonly intendedMs: readonly number[];
}

/** What a worker needs of a recorder, and no more. */
export class Recorder implements Observer {
  readonly #from: number;
  readonly #fail: boolean;
  readonly #intendedMs: number[] = [];
  #sent = 0;
  #ended = 0;
  #ok = 0;
  #unfinished = 0;
  #dropped = 0;

  constructor({ from, fail = false }: { from: number; fail?: boolean }) {
    this.#from = from;
    this.#fail = fail;
  }

  onSent(): void {
    if (this.#fail) throw new Error('told to fail');
    this.#sent++;
  }

  onEnded({ outcome, intendedAt }: RequestResult): void {
    this.#ended++;
    this.#intendedMs.push(intendedAt - this.#from);
    if (outcome === 'ok') this.#ok++;
    if (outcome === 'unfinished') this.#unfinished++;
  }

  onDropped(): void {
    this.#dropped++;
  }

  progress() {
    return { sent: this.#sent, ended: this.#ended };
  }

  state(): CountingState {
    return {
      from: this.#from,
      sent: this.#sent,
      ended: this.#ended,
      ok: this.#ok,
      unfinished: this.#unfinished,
      dropped: this.#dropped,
      intendedMs: this.#intendedMs,
    };
  }
}
