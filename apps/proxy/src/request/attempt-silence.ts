import { firstByteFlag } from '../config/longest-silence.ts';
import type { Failure } from './classify-error.ts';
import type { Exchange } from './exchange.ts';
import type { RelayOwner } from './relay.ts';
import type { RequestBody } from './request-body.ts';
import { SilenceWatch } from './silence-watch.ts';

/** Longest silence within a response that is only read to save its connection. */
const discardLimitMs = 1000;

/** Ends an attempt for which something has been silent too long. */
interface SilentAttempt {
  readonly upstream: { readonly origin: string };
  fail(failure: Failure): void;
  abort(): void;
}

/** Whose turn it is during an attempt, and for how long they may be silent. */
export class AttemptSilence extends SilenceWatch implements RelayOwner {
  readonly #attempt: SilentAttempt;
  readonly #exchange: Exchange;
  readonly #body: RequestBody | null;
  #awaited: 'upstream' | 'client' | 'discarded' = 'upstream';
  /** Of the response, when the client was last looked at. */
  #bytesWritten = 0;
  #answered = false;

  constructor(attempt: SilentAttempt, exchange: Exchange, body: RequestBody | null) {
    super(exchange.instance.wheel);
    this.#attempt = attempt;
    this.#exchange = exchange;
    this.#body = body;
  }

  awaitUpstream(): void {
    this.#awaited = 'upstream';
    this.start(this.#limitMs);
  }

  /** The response has begun: from now on the read timeout counts, whatever counted before. */
  onAnswered(): void {
    const { readTimeoutMs, firstByteTimeoutMs } = this.#exchange.settings;
    this.#answered = true;
    if (readTimeoutMs === firstByteTimeoutMs) this.touch();
    else this.awaitUpstream();
  }

  /** The rest of a response that nobody gets. */
  awaitDiscarded(): void {
    this.#awaited = 'discarded';
    this.start(discardLimitMs);
  }

  /** The relay has stopped reading for a slow client, or goes on. */
  onPauseChange(paused: boolean): void {
    if (paused) {
      this.#awaited = 'client';
      this.#bytesWritten = this.#exchange.client.bytesWritten;
      this.start(this.#exchange.settings.clientBodyTimeoutMs);
    } else {
      this.awaitUpstream();
    }
  }

  protected override onSilence(): void {
    switch (this.#awaited) {
      case 'discarded':
        this.#attempt.abort();
        return;
      case 'client': {
        const { bytesWritten } = this.#exchange.client;
        // It reads, and is not yet through with what was written in one go.
        if (bytesWritten !== this.#bytesWritten) {
          this.onPauseChange(true);
          return;
        }
        const detail = 'the client stopped reading (--client-body-timeout)';
        this.#exchange.interrupt('client_error', detail);
        return;
      }
      case 'upstream':
        // A client that owes us bytes has its own time limit: the upstream waits for it like we do.
        if (this.#body?.scheduled) this.awaitUpstream();
        else this.#attempt.fail(this.#readTimeout());
    }
  }

  get #limitMs(): number {
    const { readTimeoutMs, firstByteTimeoutMs } = this.#exchange.settings;
    return this.#answered ? readTimeoutMs : firstByteTimeoutMs;
  }

  #readTimeout(): Failure {
    const flag = this.#answered ? '--read-timeout' : firstByteFlag(this.#exchange.settings);
    const limit = `for ${this.#limitMs / 1000} s (${flag})`;
    const detail = `nothing from ${this.#attempt.upstream.origin} ${limit}`;
    return { outcome: 'connection_read_timeout', detail };
  }
}
