import { exitCodes } from './exit-codes.ts';

const bySignal = {
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
  SIGHUP: exitCodes.hangup,
} as const;

/** What ends the watch, and with which code; the first reason counts. */
export class Ending {
  readonly #controller = new AbortController();
  #code: number | null = null;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Null: nobody said; what was seen decides. */
  get code(): number | null {
    return this.#code;
  }

  end(code: number | null): void {
    if (this.signal.aborted) return;
    this.#code = code;
    this.#controller.abort();
  }

  /** Until the function that is given back is called. */
  onSignals(): () => void {
    const names = Object.keys(bySignal) as (keyof typeof bySignal)[];
    const listeners = names.map((name) => [name, () => this.end(bySignal[name])] as const);
    for (const [name, listener] of listeners) process.on(name, listener);
    return () => {
      for (const [name, listener] of listeners) process.off(name, listener);
    };
  }
}
