import type { Dispatcher } from 'undici';
import type { ClientGroup } from '../scenario.ts';

/** How a client's request ended for the client. */
export type VisitEnd = 'good' | 'refused' | 'error' | 'left';

const patienceOver = new Error('the client leaves');

/**
 * One request of a client that leaves when its patience is over. The clock starts when the request was due,
 * not when it could be sent: `lateMs` have passed already.
 */
export class Visit implements Dispatcher.DispatchHandler {
  readonly #onEnd: (end: VisitEnd) => void;
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | null = null;
  #status = 0;
  #over = false;

  constructor(
    dispatcher: Dispatcher,
    { patienceMs, headers, query }: ClientGroup,
    lateMs: number,
    onEnd: (end: VisitEnd) => void,
  ) {
    this.#onEnd = onEnd;
    this.#timer = setTimeout(() => this.#leave(), Math.max(0, patienceMs - lateMs));
    const path = query === '' ? '/' : `/?${query}`;
    dispatcher.dispatch({ path, method: 'GET', headers: { ...headers } }, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#over) controller.abort(patienceOver);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(): void {}

  onResponseEnd(): void {
    if (this.#status < 400) this.#end('good');
    else this.#end(this.#status === 503 || this.#status === 429 ? 'refused' : 'error');
  }

  onResponseError(): void {
    this.#end('error');
  }

  #leave(): void {
    this.#end('left');
    this.#controller?.abort(patienceOver);
  }

  #end(end: VisitEnd): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#onEnd(end);
  }
}
