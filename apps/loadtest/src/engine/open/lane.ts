import type { Socket } from 'node:net';
import type { LoadOutcome } from '@spillway/contracts';
import { type ResponseHeads, skipContinue } from '@spillway/interim';
import { Client, type Dispatcher } from 'undici';
import { localErrorOf } from '../local-error.ts';
import { outcomeOfFailure, outcomeOfStatus } from '../outcome-of.ts';
import { fieldOf, proxyOutcomeOf } from '../proxy-outcome.ts';
import type { Dated } from './deadlines.ts';
import type { Target } from './target.ts';

type RawFields = readonly (string | Buffer)[];

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
  #socket: Socket | null = null;
  #heads: ResponseHeads | null = null;

  underWay = false;
  intendedAt = 0;
  sentAt = 0;
  status = 0;
  bytes = 0;
  proxyOutcome: string | null = null;
  localError: string | null = null;

  deadline = 0;
  earlier: Dated | null = null;
  later: Dated | null = null;

  constructor(target: Target, ended: LaneEnded) {
    this.#target = target;
    this.#ended = ended;
    this.#client = new Client(target.origin, {
      ...target.clientOptions,
      connect: (options, connected) =>
        target.connect(options, (...[error, socket]) => {
          if (error !== null) return connected(error, null);
          this.#socket = socket;
          this.#heads = skipContinue(socket, () => {});
          connected(null, socket);
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
    this.localError = null;
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
    const value = fieldOf((controller.rawHeaders ?? []) as RawFields, 'proxy-status');
    if (value !== null) this.proxyOutcome = proxyOutcomeOf(value);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length;
  }

  /**
   * undici takes a reset for the end of a body that the connection delimits (lib/dispatcher/client-h1.js,
   * onHttpSocketError), where only a FIN is that. Behind a body of known length a reset is too late to matter.
   */
  onResponseEnd({ rawHeaders }: Dispatcher.DispatchController): void {
    const error = this.#socket?.errored ?? null;
    const isCut = error !== null && this.#endsWithConnection((rawHeaders ?? []) as RawFields);
    this.#end(isCut ? outcomeOfFailure(error, 'receiving') : outcomeOfStatus(this.status));
  }

  /** RFC 9112 section 6.3. */
  #endsWithConnection(fields: RawFields): boolean {
    if (this.#target.request.method === 'HEAD' || this.status === 204 || this.status === 304) {
      return false;
    }
    const coding = fieldOf(fields, 'transfer-encoding');
    if (coding !== null) return !/\bchunked\s*$/i.test(coding);
    return fieldOf(fields, 'content-length') === null;
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.localError = localErrorOf(error);
    const progress = !this.#begun ? 'connecting' : this.status === 0 ? 'waiting' : 'receiving';
    this.#end(outcomeOfFailure(error, progress));
  }

  #end(outcome: LoadOutcome): void {
    if (!this.underWay) return;
    this.underWay = false;
    this.#ended(this, outcome);
  }
}
