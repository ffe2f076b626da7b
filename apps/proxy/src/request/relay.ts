import { findField, type RawFields } from '../http/raw-fields.ts';
import type { ResponseController } from '../service/upstream/connection.ts';
import { copyOf } from '../system/spare-memory.ts';
import type { Exchange } from './exchange.ts';
import { HeldAnswer } from './held-answer.ts';
import { relayedFields, responseFields } from './response-fields.ts';

/** Hears when the relay stops reading from the upstream because the client doesn't read. */
export interface RelayOwner {
  onPauseChange(paused: boolean): void;
}

/**
 * The upstream's answer on its way to the client: at the upstream's speed as long as what the client
 * doesn't take yet may be held, and then at the client's.
 */
export class Relay {
  readonly #exchange: Exchange;
  readonly #controller: ResponseController;
  readonly #owner: RelayOwner;
  readonly #hasContent: boolean;
  /** Declared length of the content; NaN when it is not declared. */
  readonly #length: number;
  readonly #chunked: boolean;
  #paused = false;
  #started = false;
  #ended = false;
  /** Null until the client is slower than the upstream. */
  #held: HeldAnswer | null = null;
  /** The client has enough for now: what comes is to be held. */
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
    const { client } = exchange;
    const { draining, leaving } = exchange.instance;
    if (draining || leaving) client.closeAfterwards();
    const length = Number.isNaN(this.#length) ? null : this.#length;
    this.#chunked = this.#hasContent && length === null && client.httpVersion !== '1.0';
    const fields = responseFields(raw, exchange, status, this.#chunked);
    exchange.headBegun = true;
    exchange.relay = this;
    client.head(status, reasonOf(statusMessage), fields, length);
    // One write for head and content where they come together; the head alone where they don't.
    process.nextTick(flushHead, this);
  }

  /** The memory of the chunk is the caller's again once this returns. */
  write(chunk: Buffer): void {
    if (!this.#hasContent) return;
    const { client } = this.#exchange;
    this.#started = true;
    this.#exchange.bytesSent += chunk.length;
    if (this.#behind) {
      this.#held?.push(copyOf(chunk));
    } else if (this.#exchange.bytesSent === this.#length) {
      // Before the upstream says that it was all: a small answer leaves in one write with its head.
      this.#ended = true;
      client.finish(chunk);
      return;
    } else if (client.write(chunk)) {
      return;
    } else {
      this.#fallBehind();
    }
    if (!this.#mayReadOn()) this.#pause();
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
    if (!this.#started) this.#exchange.client.flushHead();
  }

  #fallBehind(): void {
    this.#behind = true;
    if (this.#held !== null) return;
    const { settings, instance } = this.#exchange;
    this.#held = new HeldAnswer(settings.responseBufferBytes, instance.responseMemory);
  }

  /** Whether there is room for what the upstream sends next, if it sends more. */
  #mayReadOn(): boolean {
    const comingBytes = this.#length - this.#exchange.bytesSent;
    return this.#held?.makeRoom(Number.isNaN(comingBytes) ? Infinity : comingBytes) ?? true;
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#controller.pause();
    this.#owner.onPauseChange(true);
  }

  /** The client takes more. */
  onDrain(): void {
    const held = this.#held as HeldAnswer;
    this.#behind = !held.writeTo(this.#exchange.client);
    if (this.#complete) {
      if (held.empty) this.#finish();
      return;
    }
    const readsOn = !this.#behind || this.#mayReadOn();
    if (!this.#paused) {
      if (!readsOn) this.#pause();
      return;
    }
    this.#paused = !readsOn;
    // The client has taken something: its silence begins anew.
    this.#owner.onPauseChange(this.#paused);
    if (readsOn) this.#controller.resume();
  }

  #finish(): void {
    const trailers = this.#chunked ? this.#trailers : null;
    const hasTrailers = trailers !== null && trailers.length > 0;
    this.#exchange.client.finish(null, hasTrailers ? relayedFields(trailers) : null);
  }

  /** Nobody takes what is held any more. */
  drop(): void {
    this.#held?.drop();
  }
}

function flushHead(relay: Relay): void {
  relay.flushHead();
}

/** Null, for the usual one, where it is not ASCII: nobody says what its other bytes stand for. */
const reasonOf = (phrase: string): string | null =>
  /^[\t\x20-\x7e]*$/.test(phrase) ? phrase : null;
