import { TimerEntry } from '@spillway/core';
import type { ProxyConfig } from '../config/proxy-options.ts';
import type { BodyReader, Client } from '../front/client.ts';
import type { FieldList } from '../http/client-request.ts';
import type { Route } from '../service/route.ts';
import type { BodySink, BodySource } from '../service/upstream/connection.ts';
import type { Exchange } from './exchange.ts';
import { isPassedOnInTrailers } from './request-fields.ts';

/**
 * A request's body on its way to the upstream. It is read from the client only when an attempt asks
 * for it, and the first `--retry-body-limit` bytes are held so that another attempt can send them
 * again. As a timer it bounds the silence of a client that owes us bytes.
 */
export class RequestBody extends TimerEntry implements BodyReader, BodySource {
  readonly #exchange: Exchange;
  readonly #client: Client;
  /** Of the present attempt, while it waits for the next part. */
  #sink: BodySink | null = null;
  /** The client has been asked for bytes, and has sent none yet. */
  #reading = false;
  /** Something has been asked of the client. */
  #begun = false;
  /** While `#whole`, all that has been read; else what the present attempt has not been told. */
  #held: Buffer[] = [];
  /** How much of what is held the present attempt has been told. */
  #told = 0;
  /** Taken from the memory for replays. */
  #heldBytes = 0;
  /** Everything read so far is held. */
  #whole = true;
  #ended = false;
  #continueSent = false;

  private constructor(exchange: Exchange) {
    super();
    this.#exchange = exchange;
    this.#client = exchange.client;
  }

  /** Null when the request has none (RFC 9112 section 6.3). */
  static of(exchange: Exchange): RequestBody | null {
    return exchange.client.contentLength === 0 ? null : new RequestBody(exchange);
  }

  /** Whether another attempt can send it from its first byte. */
  get replayable(): boolean {
    return this.#whole;
  }

  /** For an attempt that begins: the bytes when they are all here, else this, from the first byte on. */
  source(): Buffer | BodySource {
    this.#sink = null;
    this.#told = 0;
    return this.#readWhole() ?? this;
  }

  /** There will be no other attempt: gives back what is held, and lets the rest go by unread. */
  release(): void {
    this.#whole = false;
    this.#giveBack();
    this.#held = [];
    this.#sink = null;
    this.#exchange.instance.wheel.cancel(this);
    if (this.#ended) return;
    // Whoever still asks, for a connection that is being given up, finds no more.
    this.#ended = true;
    this.#client.dropBody();
  }

  override onExpire(): void {
    this.#exchange.clientErrorStatus = 408;
    this.#exchange.interrupt('client_error', 'the client stopped sending (--client-body-timeout)');
  }

  // What an attempt asks

  pull(sink: BodySink): void {
    this.#sendContinue();
    if (this.#told < this.#held.length) {
      sink.onBodyPart(this.#nextHeld());
    } else if (this.#ended) {
      const { instance, route } = this.#exchange;
      sink.onBodyEnd(trailerFields(this.#client.trailers, instance.settings, route));
    } else {
      this.#sink = sink;
      // An attempt before this one may have asked.
      if (!this.#reading) this.#read();
    }
  }

  leave(sink: BodySink): void {
    if (this.#sink === sink) this.#sink = null;
  }

  // What the client sends

  onBodyChunk(bytes: Buffer): void {
    this.#hasRead();
    this.#count(bytes.length);
    const sink = this.#sink;
    this.#sink = null;
    this.#hold(bytes, sink !== null);
    sink?.onBodyPart(bytes);
  }

  onBodyEnd(): void {
    this.#hasRead();
    this.#ended = true;
    const sink = this.#sink;
    this.#sink = null;
    if (sink !== null) this.pull(sink);
  }

  onBodyError(error: Error): void {
    this.#hasRead();
    this.#exchange.interrupt('client_gone', 'the client broke off its request body');
    this.#sink?.onBodyFailed(error);
  }

  /** A small body that came with its head needs no reading: one buffer, one write upstream. */
  #readWhole(): Buffer | null {
    if (this.#ended) {
      return this.#whole && this.#client.trailers.length === 0 ? Buffer.concat(this.#held) : null;
    }
    if (this.#begun) return null;
    const bytes = this.#client.takeBody();
    if (bytes === null) return null;
    this.#begun = true;
    this.#ended = true;
    this.#count(bytes.length);
    if (this.#mayHold(bytes.length)) this.#held.push(bytes);
    else this.#whole = false;
    return bytes;
  }

  #read(): void {
    this.#begun = true;
    this.#reading = true;
    const { instance, settings } = this.#exchange;
    instance.wheel.schedule(this, settings.clientBodyTimeoutMs);
    this.#client.pull(this);
  }

  #hasRead(): void {
    this.#reading = false;
    this.#exchange.instance.wheel.cancel(this);
  }

  #count(bytes: number): void {
    const exchange = this.#exchange;
    const { maxBodySizeBytes } = exchange.settings;
    exchange.bytesReceived += bytes;
    if (maxBodySizeBytes !== null && exchange.bytesReceived > maxBodySizeBytes) {
      exchange.clientErrorStatus = 413;
      exchange.interrupt('client_error', 'the body is larger than --max-body-size');
    }
  }

  /** `told`: the present attempt hears of these bytes right away, and has heard all before them. */
  #hold(bytes: Buffer, told: boolean): void {
    if (this.#whole) {
      if (this.#mayHold(bytes.length)) {
        this.#held.push(Buffer.from(bytes));
        if (told) this.#told = this.#held.length;
        return;
      }
      this.#whole = false;
      this.#giveBack();
      // An attempt may still be at the begin of what is held.
      this.#held = this.#held.slice(this.#told);
      this.#told = 0;
    }
    if (!told) this.#held.push(Buffer.from(bytes));
  }

  #mayHold(bytes: number): boolean {
    const { instance, settings } = this.#exchange;
    if (this.#heldBytes + bytes > settings.retryBodyLimitBytes) return false;
    if (!instance.replayMemory.take(bytes)) return false;
    this.#heldBytes += bytes;
    return true;
  }

  #nextHeld(): Buffer {
    const bytes = this.#held[this.#told] as Buffer;
    if (this.#whole) this.#told += 1;
    else this.#held.shift();
    return bytes;
  }

  #giveBack(): void {
    this.#exchange.instance.replayMemory.giveBack(this.#heldBytes);
    this.#heldBytes = 0;
  }

  /** RFC 9110 section 10.1.1: only now, with the permit won and the upstream connected. */
  #sendContinue(): void {
    if (this.#continueSent || !this.#client.expectsContinue) return;
    this.#continueSent = true;
    this.#client.continue();
  }
}

function trailerFields(raw: FieldList, config: ProxyConfig, route: Route): string {
  let fields = '';
  for (let i = 0; i < raw.length; i += 2) {
    const key = (raw[i] as string).toLowerCase();
    if (isPassedOnInTrailers(key, config, route)) fields += `${raw[i]}: ${raw[i + 1]}\r\n`;
  }
  return fields;
}
