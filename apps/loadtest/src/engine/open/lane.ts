import type { LoadOutcome } from '@spillway/contracts';
import { type ResponseHeads, skipContinue } from '@spillway/interim';
import { Client, type Dispatcher } from 'undici';
import { outcomeOfFailure, outcomeOfStatus } from '../outcome-of.ts';
import { fieldOf, proxyOutcomeOf } from '../proxy-outcome.ts';
import type { Dated } from './deadlines.ts';
import type { Target } from './target.ts';

/** What a lane tells, once for each `send`. */
export type LaneEnded = (lane: Lane, outcome: LoadOutcome) => void;

/**
 * A connection with at most one request under way, and the handler of that request: nothing is made anew for
 * a request but what undici makes.
 */
export class Lane implements Dispatcher.DispatchHandler, Dated {
  readonly #target: Target;
  readonly #ended: LaneEnded;
  readonly #client: Client;
  #begun = false;
  #heads: ResponseHeads | null = null;

  underWay = false;
  intendedAt = 0;
  sentAt = 0;
  status = 0;
  bytes = 0;
  proxyOutcome: string | null = null;

  deadline = 0;
  earlier: Dated | null = null;
  later: Dated | null = null;

  constructor(target: Target, ended: LaneEnded) {
    this.#target = target;
    this.#ended = ended;
    this.#client = new Client(target.origin, {
      ...target.clientOptions,
      connect: (options, callback) =>
        target.connect(options, (...[error, socket]) => {
          if (error !== null) return callback(error, null);
          this.#heads = skipContinue(socket, () => {});
          callback(null, socket);
        }),
    });
  }

  send(intendedAt: number, sentAt: number): void {
    this.underWay = true;
    this.#begun = false;
    this.intendedAt = intendedAt;
    this.sentAt = sentAt;
    this.status = 0;
    this.bytes = 0;
    this.proxyOutcome = null;
    this.#heads?.expect();
    this.#client.dispatch(this.#target.request, this);
  }

  /** Closes the connection; the lane is of no further use, and tells nothing more. */
  destroy(): Promise<void> {
    this.underWay = false;
    return this.#client.destroy();
  }

  onRequestStart(): void {
    this.#begun = true;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    // 1xx isn't the answer.
    if (status < 200) return;
    this.status = status;
    if (status < 400) return;
    const value = fieldOf((controller.rawHeaders ?? []) as (string | Buffer)[], 'proxy-status');
    if (value !== null) this.proxyOutcome = proxyOutcomeOf(value);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length;
  }

  onResponseEnd(): void {
    this.#end(outcomeOfStatus(this.status));
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    const progress = !this.#begun ? 'connecting' : this.status === 0 ? 'waiting' : 'receiving';
    this.#end(outcomeOfFailure(error, progress));
  }

  #end(outcome: LoadOutcome): void {
    if (!this.underWay) return;
    this.underWay = false;
    this.#ended(this, outcome);
  }
}
