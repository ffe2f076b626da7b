import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import type { ResponseController, ResponseHandler } from '../connection.ts';
import type { UndiciConnection } from './undici-connection.ts';

const brokenOff = new Error('the upstream reset the connection within its answer');

/** Passes on what undici tells of one request, in the words of the seam: fields as strings, and a reset as an error. */
export class UndiciResponse implements Dispatcher.DispatchHandler, ResponseController {
  rawHeaders: readonly string[] = [];
  rawTrailers: readonly string[] = [];
  readonly #connection: UndiciConnection;
  readonly #handler: ResponseHandler;
  #controller: Dispatcher.DispatchController | null = null;

  constructor(connection: UndiciConnection, handler: ResponseHandler) {
    this.#connection = connection;
    this.#handler = handler;
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  abort(reason: Error): void {
    this.#controller?.abort(reason);
  }

  onContinue(): void {
    this.#handler.onContinue?.();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#handler.onRequestStart(this);
  }

  onBodySent(): void {
    this.#handler.onBodySent?.();
  }

  onRequestSent(): void {
    this.#handler.onRequestSent?.();
  }

  onRequestUpgrade(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    socket: unknown,
  ): void {
    this.rawHeaders = strings(controller.rawHeaders);
    this.#handler.onRequestUpgrade?.(this, status, socket as Socket);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    reason = '',
  ): void {
    this.rawHeaders = strings(controller.rawHeaders);
    this.#handler.onResponseStart(this, status, reason);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#handler.onResponseData(this, chunk);
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    // undici takes a reset for the end of a response that its connection delimits (RFC 9112 section 8).
    if (this.#connection.broken) {
      this.#handler.onResponseError(this, brokenOff);
      return;
    }
    this.rawTrailers = strings(controller.rawTrailers);
    this.#connection.forget(this);
    this.#handler.onResponseEnd(this);
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.#handler.onResponseError(this, error);
  }
}

/** Latin-1 keeps every byte of a field value (obs-text, RFC 9110 section 5.5). */
const strings = (raw: unknown): string[] =>
  ((raw ?? []) as Buffer[]).map((bytes) => bytes.toString('latin1'));
