import type { RouteSettings } from '../config/configuration.ts';
import type { AttemptRecord } from '../request/attempt-record.ts';
import type { Exchange } from '../request/exchange.ts';
import type { Ending, KeptRequest } from './kept-request.ts';

const numbersEach = 18;
const bytesEach = 192;
const sizesEach = 4;
const namesEach = 3;
/** Below this a loop is quicker than a call out of JavaScript. */
const shortText = 32;

/**
 * Requests that went as most do: one attempt, relayed to its end, an URL of ordinary length. They are
 * kept in a few flat arrays, one place after the other. Objects and strings of their own would outlive
 * collection after collection, and even objects used again cost 3 % of a request's CPU time, as nearly
 * every field of them is in memory that no cache holds any more.
 */
export class PlainSuccesses {
  readonly #numbers: Float64Array;
  /** Id and URL: both have one byte a character. */
  readonly #texts: Buffer;
  /** Status, lengths of id and URL, whether the attempt waited for a connection. */
  readonly #sizes: Uint16Array;
  /** Method, client and upstream, which many requests share. */
  readonly #names: string[] = [];
  /** The routes that they took. */
  readonly #rules: RouteSettings[] = [];

  /** Zeroed memory that the system gives only as it is written to. */
  constructor(capacity: number) {
    this.#numbers = new Float64Array(capacity * numbersEach);
    this.#texts = Buffer.alloc(capacity * bytesEach);
    this.#sizes = new Uint16Array(capacity * sizesEach);
  }

  static fits(exchange: Exchange): boolean {
    return (
      exchange.outcome === 'ok' &&
      exchange.attempts === 1 &&
      exchange.headBegun &&
      exchange.interrupted === null &&
      exchange.id.length + exchange.client.target.length <= bytesEach
    );
  }

  write(place: number, exchange: Exchange, ending: Ending): void {
    const { service, client, id, receivedAt } = exchange;
    const { permits } = service;
    const attempt = exchange.lastAttempt as AttemptRecord;
    const url = client.target;

    const numbers = this.#numbers;
    const n = place * numbersEach;
    numbers[n] = ending.sequence;
    numbers[n + 1] = receivedAt;
    numbers[n + 2] = receivedAt + ending.epochOffsetMs;
    numbers[n + 3] = ending.now - receivedAt;
    numbers[n + 4] = exchange.queueWaitMs;
    numbers[n + 5] = exchange.bytesReceived;
    numbers[n + 6] = exchange.bytesSent;
    numbers[n + 7] = service.active;
    numbers[n + 8] = permits.queued;
    numbers[n + 9] = permits.limit;
    numbers[n + 10] = permits.maxQueue;
    numbers[n + 11] = attempt.startedAt;
    numbers[n + 12] = attempt.writtenAt;
    numbers[n + 13] = attempt.answeredAt;
    numbers[n + 14] = attempt.endedAt;
    numbers[n + 15] = attempt.connectMs;
    numbers[n + 16] = attempt.activeThere;
    numbers[n + 17] = service.upstreams.all.length;
    this.#rules[place] = exchange.route.rule;

    const sizes = this.#sizes;
    const s = place * sizesEach;
    sizes[s] = exchange.status;
    sizes[s + 1] = id.length;
    sizes[s + 2] = url.length;
    sizes[s + 3] = attempt.waitedForConnection ? 1 : 0;
    this.#writeText(place * bytesEach, id);
    this.#writeText(place * bytesEach + id.length, url);

    const names = this.#names;
    const m = place * namesEach;
    names[m] = exchange.method;
    names[m + 1] = client.remoteAddress ?? '';
    names[m + 2] = attempt.upstream.origin;
  }

  read(place: number): KeptRequest {
    const [sequence, receivedAt, receivedEpochMs, totalMs, queueWaitMs, ...rest] =
      this.#numbers.subarray(place * numbersEach, (place + 1) * numbersEach) as unknown as number[];
    const [bytesReceived, bytesSent, active, queued, limit, queueLimit, ...instants] = rest;
    const [startedAt, writtenAt, answeredAt, endedAt, connectMs, activeThere, targets] = instants;
    const [status, idLength, urlLength, waited] = this.#sizes.subarray(place * sizesEach);
    const [method, client, upstream] = this.#names.slice(place * namesEach);
    const urlAt = place * bytesEach + (idLength as number);
    const result = { outcome: 'ok', detail: '', status: status as number } as const;
    return {
      ...{ sequence, receivedAt, receivedEpochMs, totalMs, queueWaitMs },
      ...{ bytesReceived, bytesSent, active, queued, limit, queueLimit },
      ...{ method, client, ...result },
      ...{ rule: this.#rules[place], targets },
      id: this.#texts.toString('latin1', place * bytesEach, urlAt),
      url: this.#texts.toString('latin1', urlAt, urlAt + (urlLength as number)),
      ...{ answerBegun: true, interrupted: false, retryRefusal: null, attemptsMade: 1 },
      // Of interest only where something failed.
      deadlineSource: '',
      attempts: [
        {
          ...{ upstream, ...result, startedAt, writtenAt, answeredAt, endedAt, connectMs },
          ...{ waitedForConnection: waited === 1, queueWaitMs, isFirst: true, activeThere },
          ...{ retryDelayMs: -1, retryRefusal: null },
        },
      ],
    } as KeptRequest;
  }

  #writeText(at: number, text: string): void {
    const { length } = text;
    const texts = this.#texts;
    if (length > shortText) texts.write(text, at, length, 'latin1');
    else for (let i = 0; i < length; i++) texts[at + i] = text.charCodeAt(i);
  }
}
