import { STATUS_CODES, validateHeaderValue } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Exchange } from './exchange.ts';
import { findField, latin1, type RawFields } from './raw-fields.ts';
import { relayedFields, responseFields } from './response-fields.ts';

/** Hears when the relay stops reading from the upstream because the client doesn't read. */
export interface RelayOwner {
  onPauseChange(paused: boolean): void;
}

/**
 * An answer that came whole and is no larger leaves as one string with its head: node:http joins
 * strings, while a buffer costs it a gathering write, a quarter of a small request's CPU time.
 */
const oneWriteBytes = 8 * 1024;

/** The upstream's answer on its way to the client, at the client's speed. */
export class Relay {
  paused = false;
  readonly #exchange: Exchange;
  readonly #controller: Dispatcher.DispatchController;
  readonly #owner: RelayOwner;
  readonly #hasContent: boolean;
  /** Declared length of the content; NaN when it is not declared. */
  readonly #length: number;
  #started = false;
  #ended = false;

  constructor(
    exchange: Exchange,
    controller: Dispatcher.DispatchController,
    owner: RelayOwner,
    status: number,
    statusMessage: string,
    raw: RawFields,
  ) {
    this.#exchange = exchange;
    this.#controller = controller;
    this.#owner = owner;
    this.#hasContent = exchange.method !== 'HEAD' && status !== 204 && status !== 304;
    this.#length = Number(findField(raw, 'content-length') ?? Number.NaN);
    const { response } = exchange;
    if (exchange.gateway.draining) response.shouldKeepAlive = false;
    const chunked =
      this.#hasContent && Number.isNaN(this.#length) && exchange.request.httpVersionMinor === 1;
    const fields = responseFields(raw, exchange, chunked);
    exchange.headBegun = true;
    response.writeHead(status, reasonPhrase(status, statusMessage), fields);
    exchange.endDelimited = Number.isNaN(this.#length) && !response.chunkedEncoding;
    // One write for head and content where they come together; the head alone where they don't.
    process.nextTick(flushHead, this);
  }

  /** An interim answer (RFC 9110 section 15.2) goes out as it is; HTTP/1.0 knows none. */
  static interim(exchange: Exchange, status: number, raw: RawFields): void {
    const { request, response } = exchange;
    if (request.httpVersionMinor === 0 || response.headersSent) return;
    writeInformation(exchange, status, relayedFields(raw));
  }

  write(chunk: Buffer): void {
    if (!this.#hasContent) return;
    const { response } = this.#exchange;
    const whole = !this.#started && chunk.length === this.#length;
    this.#started = true;
    this.#exchange.bytesSent += chunk.length;
    if (whole && chunk.length <= oneWriteBytes) {
      this.#ended = true;
      response.end(latin1(chunk), 'latin1');
      return;
    }
    if (response.write(chunk) || this.paused) return;
    this.paused = true;
    this.#controller.pause();
    this.#owner.onPauseChange(true);
    response.once('drain', () => this.#resume());
  }

  end(rawTrailers: RawFields | null): void {
    this.#started = true;
    const { response } = this.#exchange;
    if (this.#ended) return;
    if (rawTrailers !== null && rawTrailers.length > 0 && response.chunkedEncoding) {
      const fields = relayedFields(rawTrailers);
      const pairs: [string, string][] = [];
      for (let i = 0; i < fields.length; i += 2) {
        pairs.push([fields[i] as string, fields[i + 1] as string]);
      }
      response.addTrailers(pairs);
    }
    response.end();
  }

  flushHead(): void {
    const { response } = this.#exchange;
    if (!this.#started && !response.destroyed) response.flushHeaders();
  }

  #resume(): void {
    this.paused = false;
    this.#owner.onPauseChange(false);
    this.#controller.resume();
  }
}

function flushHead(relay: Relay): void {
  relay.flushHead();
}

/** The upstream's own phrase where node:http would put it on the wire, else the usual one. */
function reasonPhrase(status: number, phrase: string): string {
  const usual = STATUS_CODES[status];
  if (phrase === usual || phrase === '') return phrase;
  try {
    validateHeaderValue('reason', phrase);
    return phrase;
  } catch {
    return usual ?? '';
  }
}

interface InformationWriter {
  writeInformation?(status: number, fields: string[]): void;
}

/** Node 26 has a call for any interim answer; before it only the socket has. */
function writeInformation(exchange: Exchange, status: number, fields: string[]): void {
  const response = exchange.response as typeof exchange.response & InformationWriter;
  if (response.writeInformation !== undefined) {
    response.writeInformation(status, fields);
    return;
  }
  // A pipelined answer has no socket yet: an interim one may be left out, a wrong order may not.
  if (response.socket === null) return;
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
  for (let i = 0; i < fields.length; i += 2) head += `${fields[i]}: ${fields[i + 1]}\r\n`;
  response.socket.write(`${head}\r\n`, 'latin1');
}
