import type { TimerWheel } from '@spillway/core';
import { systemTime } from '../system-time.ts';
import type { Destination } from '../upstream/connect.ts';
import type { Connection, ResponseController, ResponseHandler } from '../upstream/connection.ts';
import { openConnection } from '../upstream/open-connection.ts';

/** An answer that is longer states nothing; neither does one that takes longer. */
const [mostBytes, mostMs] = [64 * 1024, 5000];

const tooMuch = new Error('the answer is too long');
const pollOver = new Error('the poll is over');

export interface CapacityPollOptions {
  readonly origin: string;
  readonly path: string;
  readonly destination: Destination;
  readonly wheel: TimerWheel;
  readonly everyMs: number;
  /** What `max_concurrency` was, as text; undefined when nothing of the kind was answered. */
  readonly onHeard: (word: string | undefined) => void;
}

/**
 * Asks an upstream every few seconds what it takes (`--capacity-path`). Each time on a connection of its own:
 * an upstream that is full is asked all the same, and it takes none of the pool's.
 */
export class CapacityPoll {
  readonly #options: CapacityPollOptions;
  readonly #timer: NodeJS.Timeout;
  #connection: Connection | null = null;

  constructor(options: CapacityPollOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#ask(), options.everyMs).unref();
    this.#ask();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#hangUp();
  }

  #ask(): void {
    if (this.#connection !== null) return;
    const { origin, path, destination, wheel, onHeard } = this.#options;
    const connection = openConnection(destination, origin, 1, wheel, { onDisconnect() {} });
    this.#connection = connection;
    // Not before an answer that came while we were late is read.
    const giveUp = () => systemTime.afterIo(() => end(undefined));
    const timer = setTimeout(giveUp, mostMs).unref();
    const end = (word: string | undefined) => {
      clearTimeout(timer);
      // `close` hangs up too, and then nobody wants to know.
      if (this.#connection !== connection) return;
      this.#hangUp();
      onHeard(word);
    };
    const headers = ['host', new URL(origin).host, 'accept', 'application/json'];
    connection.dispatch(
      { path, method: 'GET', headers, body: null, upgrade: null },
      new Answer(end),
    );
  }

  #hangUp(): void {
    const connection = this.#connection;
    this.#connection = null;
    connection?.destroy(pollOver);
  }
}

/** Reads one answer; whatever goes wrong, nothing was stated. */
class Answer implements ResponseHandler {
  readonly #onEnd: (word: string | undefined) => void;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #status = 0;

  constructor(onEnd: (word: string | undefined) => void) {
    this.#onEnd = onEnd;
  }

  onRequestStart(): void {}

  onResponseStart(_controller: ResponseController, status: number): void {
    this.#status = status;
  }

  onResponseData(controller: ResponseController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > mostBytes) controller.abort(tooMuch);
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const good = this.#status >= 200 && this.#status < 300;
    this.#onEnd(good ? capacityIn(Buffer.concat(this.#chunks).toString()) : undefined);
  }

  onResponseError(): void {
    this.#onEnd(undefined);
  }
}

function capacityIn(text: string): string | undefined {
  try {
    const { max_concurrency: capacity } = JSON.parse(text) as { max_concurrency?: unknown };
    return typeof capacity === 'number' ? String(capacity) : undefined;
  } catch {
    return undefined;
  }
}
