import { STATUS_CODES } from 'node:http';
import type { ResponseController } from '../upstream/connection.ts';
import type { Exchange } from './exchange.ts';
import { HeldAnswer } from './held-answer.ts';
import { findField, type RawFields } from './raw-fields.ts';
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

/** A chunk of this size is worth a write of its own, so that the memory that it is in can be read into again. */
const ownWriteBytes = 16 * 1024;

/**
 * The upstream's answer on its way to the client: at the upstream's speed as long as what the client
 * doesn't take yet may be held, and then at the client's.
 */
export class Relay {
  paused = false;
  readonly #exchange: Exchange;
  readonly #controller: ResponseController;
  readonly #owner: RelayOwner;
  readonly #hasContent: boolean;
  /** Declared length of the content; NaN when it is not declared. */
  readonly #length: number;
  #started = false;
  #ended = false;
  /** Null until the client is slower than the upstream. */
  #held: HeldAnswer | null = null;
  /** node:http has enough for now: what comes is to be held. */
  #behind = false;
  /** The upstream is done with it. */
  #complete = false;
  #trailers: RawFields = [];

  constructor(
    exchange: Exchange,
    controller: ResponseController,
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
    if (exchange.instance.draining) response.shouldKeepAlive = false;
    const chunked =
      this.#hasContent && Number.isNaN(this.#length) && exchange.request.httpVersionMinor === 1;
    const fields = responseFields(raw, exchange, status, chunked);
    exchange.headBegun = true;
    response.writeHead(status, reasonPhrase(status, statusMessage), fields);
    exchange.endDelimited = Number.isNaN(this.#length) && !response.chunkedEncoding;
    // One write for head and content where they come together; the head alone where they don't.
    process.nextTick(flushHead, this);
  }

  /** True: nothing holds the chunk any more. */
  write(chunk: Buffer): boolean {
    if (!this.#hasContent) return true;
    const { response } = this.#exchange;
    const whole = !this.#started && chunk.length === this.#length;
    this.#started = true;
    this.#exchange.bytesSent += chunk.length;
    if (whole && chunk.length <= oneWriteBytes) {
      this.#ended = true;
      response.end(chunk.toString('latin1'), 'latin1');
      return true;
    }
    if (this.#behind) this.#held?.push(chunk);
    else if (response.write(chunk)) return chunk.length >= ownWriteBytes && this.#flush();
    else if (chunk.length >= ownWriteBytes && this.#flush()) return true;
    else this.#fallBehind();
    if (!this.#mayReadOn()) this.#pause();
    return false;
  }

  end(rawTrailers: RawFields): void {
    this.#started = true;
    if (this.#ended) return;
    this.#complete = true;
    this.#trailers = rawTrailers;
    this.#held?.makeRoom(0);
    if (this.#held === null || this.#held.empty) this.#finish();
  }

  flushHead(): void {
    const { response } = this.#exchange;
    if (!this.#started && !response.destroyed) response.flushHeaders();
  }

  /** node:http holds back what is written until this turn is over; whether the kernel has taken all of it now. */
  #flush(): boolean {
    const { response } = this.#exchange;
    // Since Node 26 it is the response that is corked, and its chunks are joined; before, the socket was.
    if (response.writableCorked > 0) response.uncork();
    else response.socket?.uncork();
    return response.writableLength === 0;
  }

  #fallBehind(): void {
    this.#behind = true;
    if (this.#held !== null) return;
    const { settings, instance } = this.#exchange;
    this.#held = new HeldAnswer(settings.responseBufferBytes, instance.responseMemory);
    this.#exchange.heldAnswer = this.#held;
    this.#exchange.response.on('drain', () => this.#onDrain());
  }

  /** Whether there is room for what the upstream sends next, if it sends more. */
  #mayReadOn(): boolean {
    const comingBytes = this.#length - this.#exchange.bytesSent;
    return this.#held?.makeRoom(Number.isNaN(comingBytes) ? Infinity : comingBytes) ?? true;
  }

  #pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.#controller.pause();
    this.#owner.onPauseChange(true);
  }

  #onDrain(): void {
    const held = this.#held as HeldAnswer;
    this.#behind = !held.writeTo(this.#exchange.response);
    if (this.#complete) {
      if (held.empty) this.#finish();
      return;
    }
    const readsOn = !this.#behind || this.#mayReadOn();
    if (!this.paused) {
      if (!readsOn) this.#pause();
      return;
    }
    this.paused = !readsOn;
    // The client has taken something: its silence begins anew.
    this.#owner.onPauseChange(this.paused);
    if (readsOn) this.#controller.resume();
  }

  #finish(): void {
    const { response } = this.#exchange;
    const trailers = this.#trailers;
    if (trailers.length > 0 && response.chunkedEncoding) {
      const fields = relayedFields(trailers);
      const pairs: [string, string][] = [];
      for (let i = 0; i < fields.length; i += 2) {
        pairs.push([fields[i] as string, fields[i + 1] as string]);
      }
      response.addTrailers(pairs);
    }
    response.end();
  }
}

function flushHead(relay: Relay): void {
  relay.flushHead();
}

/** The upstream's own phrase where it is ASCII, else the usual one: nobody says what its other bytes stand for. */
const reasonPhrase = (status: number, phrase: string): string =>
  /^[\t\x20-\x7e]*$/.test(phrase) ? phrase : (STATUS_CODES[status] ?? '');
