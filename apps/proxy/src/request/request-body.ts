import { TimerEntry } from '@spillway/core';
import type { ProxyConfig } from '../config/proxy-options.ts';
import type { BodyReader, Client } from '../front/client.ts';
import type { FieldList } from '../http/client-request.ts';
import type { Route } from '../service/route.ts';
import type { Connection } from '../service/upstream/connection.ts';
import type { Exchange } from './exchange.ts';
import { isPassedOnInTrailers } from './request-fields.ts';

/**
 * A request's body on its way to the upstream. It is read from the client only when an attempt asks
 * for it, and the first `--retry-body-limit` bytes are held so that another attempt can send them
 * again. As a timer it bounds the silence of a client that owes us bytes.
 */
export class RequestBody extends TimerEntry implements BodyReader {
  readonly #exchange: Exchange;
  readonly #client: Client;
  /** Settled with the chunk, or the end, that was asked for last. */
  #pendingRead: PendingRead | null = null;
  #chunksRead = 0;
  #lastChunk: Buffer = noBytes;
  #held: Buffer[] = [];
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

  /** For undici: the bytes at once when they are all here, else as they come. */
  source(connection: Connection): Buffer | AsyncIterable<Buffer> {
    const atOnce = this.#readAtOnce();
    return atOnce ?? { [Symbol.asyncIterator]: () => this.#iterate(connection) };
  }

  /** There will be no other attempt: gives back what is held, and lets the rest go by unread. */
  release(): void {
    this.#forget();
    this.#exchange.instance.wheel.cancel(this);
    if (this.#ended) return;
    // Whoever still iterates, for a connection that is being given up, finds no more.
    this.#ended = true;
    this.#client.dropBody();
  }

  #forget(): void {
    this.#exchange.instance.replayMemory.giveBack(this.#heldBytes);
    this.#held = [];
    this.#heldBytes = 0;
    this.#whole = false;
  }

  override onExpire(): void {
    this.#exchange.clientErrorStatus = 408;
    this.#exchange.interrupt('client_error', 'the client stopped sending (--client-body-timeout)');
  }

  /** A small body that came with its head needs no iteration: one buffer, one write upstream. */
  #readAtOnce(): Buffer | null {
    if (this.#ended) {
      return this.#whole && this.#client.trailers.length === 0 ? Buffer.concat(this.#held) : null;
    }
    if (this.#chunksRead > 0 || this.#pendingRead !== null) return null;
    const bytes = this.#client.takeBody();
    if (bytes === null) return null;
    this.#ended = true;
    this.#account(bytes);
    return bytes;
  }

  /** Several attempts may follow each other; they share one reader, so that no chunk goes astray. */
  async *#iterate(connection: Connection): AsyncGenerator<Buffer> {
    this.#sendContinue();
    // undici is within its dispatch: what is read may end the request, and must not do so there.
    await null;
    for (let next = 0; ; next++) {
      if (next === this.#chunksRead && !this.#ended) await this.#readMore();
      if (next === this.#chunksRead) {
        const { instance, route } = this.#exchange;
        const { trailers } = this.#client;
        connection.addTrailers(trailerFields(trailers, instance.settings, route));
        return;
      }
      yield this.#chunkAt(next);
    }
  }

  #chunkAt(index: number): Buffer {
    if (this.#whole) return this.#held[index] as Buffer;
    if (index === this.#chunksRead - 1) return this.#lastChunk;
    throw new Error('the request body is no longer held for replay');
  }

  #readMore(): Promise<void> {
    if (this.#pendingRead !== null) return this.#pendingRead.promise;
    const pending = pendingRead();
    this.#pendingRead = pending;
    const { instance, settings } = this.#exchange;
    instance.wheel.schedule(this, settings.clientBodyTimeoutMs);
    this.#client.pull(this);
    return pending.promise;
  }

  onBodyChunk(bytes: Buffer): void {
    this.#account(bytes);
    this.#hasRead().resolve();
  }

  onBodyEnd(): void {
    this.#ended = true;
    this.#hasRead().resolve();
  }

  onBodyError(error: Error): void {
    this.#exchange.interrupt('client_gone', 'the client broke off its request body');
    this.#hasRead().reject(error);
  }

  #hasRead(): PendingRead {
    const pending = this.#pendingRead as PendingRead;
    this.#pendingRead = null;
    this.#exchange.instance.wheel.cancel(this);
    return pending;
  }

  #account(chunk: Buffer): void {
    const exchange = this.#exchange;
    const { maxBodySizeBytes, retryBodyLimitBytes } = exchange.settings;
    exchange.bytesReceived += chunk.length;
    if (maxBodySizeBytes !== null && exchange.bytesReceived > maxBodySizeBytes) {
      exchange.clientErrorStatus = 413;
      exchange.interrupt('client_error', 'the body is larger than --max-body-size');
    }
    this.#chunksRead += 1;
    this.#lastChunk = chunk;
    if (!this.#whole) return;
    const room = this.#heldBytes + chunk.length <= retryBodyLimitBytes;
    if (room && exchange.instance.replayMemory.take(chunk.length)) {
      this.#held.push(chunk);
      this.#heldBytes += chunk.length;
    } else {
      this.#forget();
    }
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

const noBytes = Buffer.alloc(0);

interface PendingRead {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function pendingRead(): PendingRead {
  let resolve: () => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<void>((...both) => {
    [resolve, reject] = both;
  });
  return { promise, resolve, reject };
}
