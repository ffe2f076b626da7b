import type { IncomingMessage } from 'node:http';
import { TimerEntry } from '@spillway/core';
import type { ProxyConfig } from '../cli/proxy-options.ts';
import type { Route } from '../service/route.ts';
import type { Connection } from '../upstream/connection.ts';
import type { Exchange } from './exchange.ts';
import { isPassedOnInTrailers } from './request-fields.ts';

/**
 * A request's body on its way to the upstream. It is read from the client only when an attempt asks
 * for it, and the first `--retry-body-limit` bytes are held so that another attempt can send them
 * again. As a timer it bounds the silence of a client that owes us bytes.
 */
export class RequestBody extends TimerEntry {
  readonly #exchange: Exchange;
  readonly #request: IncomingMessage;
  readonly #declaredBytes: number | null;
  #chunks: AsyncIterator<Buffer> | null = null;
  #pendingRead: Promise<void> | null = null;
  #chunksRead = 0;
  #lastChunk: Buffer = noBytes;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Everything read so far is held. */
  #whole = true;
  #ended = false;
  #continueSent = false;

  private constructor(exchange: Exchange, declaredBytes: number | null) {
    super();
    this.#exchange = exchange;
    this.#request = exchange.request;
    this.#declaredBytes = declaredBytes;
  }

  /** Null when the request has none (RFC 9112 section 6.3). */
  static of(exchange: Exchange): RequestBody | null {
    const { headers } = exchange.request;
    const length = headers['content-length'];
    if (headers['transfer-encoding'] !== undefined) return new RequestBody(exchange, null);
    if (length === undefined || Number(length) === 0) return null;
    return new RequestBody(exchange, Number(length));
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
    // node:http drops an untouched body by itself; one that was begun would block the connection.
    if (this.#chunks === null || this.#ended) return;
    const stopped = this.#chunks.return?.();
    stopped?.then(
      () => this.#request.resume(),
      () => {},
    );
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
    if (this.#chunks !== null) {
      const whole = this.#ended && this.#whole;
      return whole && this.#request.rawTrailers.length === 0 ? Buffer.concat(this.#held) : null;
    }
    const declared = this.#declaredBytes;
    if (declared === null || this.#request.readableLength !== declared) return null;
    const bytes = this.#request.read() as Buffer | null;
    if (bytes === null || bytes.length !== declared) return null;
    this.#chunks = emptyIterator;
    this.#ended = true;
    this.#account(bytes);
    return bytes;
  }

  /** Several attempts may follow each other; they share one reader, so that no chunk goes astray. */
  async *#iterate(connection: Connection): AsyncGenerator<Buffer> {
    this.#sendContinue();
    for (let next = 0; ; next++) {
      if (next === this.#chunksRead && !this.#ended) await this.#readMore();
      if (next === this.#chunksRead) {
        const { instance, route } = this.#exchange;
        const { rawTrailers } = this.#request;
        connection.addTrailers(trailerFields(rawTrailers, instance.settings, route));
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
    this.#pendingRead ??= this.#readChunk().finally(() => {
      this.#pendingRead = null;
    });
    return this.#pendingRead;
  }

  async #readChunk(): Promise<void> {
    const exchange = this.#exchange;
    const { wheel } = exchange.instance;
    this.#chunks ??= this.#request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
    wheel.schedule(this, exchange.settings.clientBodyTimeoutMs);
    try {
      const next = await this.#chunks.next();
      if (next.done) this.#ended = true;
      else this.#account(next.value);
    } catch (error) {
      exchange.interrupt('client_gone', 'the client broke off its request body');
      throw error;
    } finally {
      wheel.cancel(this);
    }
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
    if (this.#continueSent || !this.#exchange.expectsContinue) return;
    this.#continueSent = true;
    if (!this.#exchange.response.headersSent) this.#exchange.response.writeContinue();
  }
}

function trailerFields(raw: readonly string[], config: ProxyConfig, route: Route): string {
  let fields = '';
  for (let i = 0; i < raw.length; i += 2) {
    const key = (raw[i] as string).toLowerCase();
    if (isPassedOnInTrailers(key, config, route)) fields += `${raw[i]}: ${raw[i + 1]}\r\n`;
  }
  return fields;
}

const noBytes = Buffer.alloc(0);

const emptyIterator: AsyncIterator<Buffer> = {
  next: () => Promise.resolve({ done: true, value: undefined }),
};
