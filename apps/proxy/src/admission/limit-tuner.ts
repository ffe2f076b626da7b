import { breakerFailureStatuses } from '@spillway/contracts';
import {
  type ConcurrencyLimit,
  concurrencyLimits,
  type LimitChange,
  OwnStalls,
  type PermitSource,
  type SampleOutcome,
  StatedLimit,
} from '@spillway/core';
import type { ProxyConfig } from '../cli/proxy-options.ts';
import type { AttemptRecord } from '../request/attempt-record.ts';
import type { Exchange } from '../request/exchange.ts';
import { systemTime } from '../system-time.ts';
import { routeOf } from './route-of.ts';

/** Where the search begins: it doubles or halves within two or three service times. */
const initialLimit = 10;

/** A deadline that passes within so many mean latencies of an attempt was spent elsewhere. */
const longAttempt = 3;

/** How often it looks whether this process's own event loop is late; shorter pauses hurt no measurement. */
const beatMs = 20;

/** Moves the limit to what the upstreams take: what `auto` finds, and no more than they state. */
export class LimitTuner {
  /** `fixed`: only what the upstreams state lowers it. */
  readonly algorithm: ProxyConfig['autoAlgorithm'] | 'fixed';
  readonly #limit: ConcurrencyLimit;
  readonly #permits: Pick<PermitSource, 'inFlight'>;
  readonly #onLimit: (limit: number) => void;
  #statedCapacity: number | null = null;
  readonly #ownStalls = new OwnStalls(beatMs, systemTime.now());
  #beat: NodeJS.Timeout | null = null;
  /** Of good answers, weighing the last twenty or so; 0 before the first. */
  #meanMs = 0;

  constructor(
    config: ProxyConfig,
    permits: Pick<PermitSource, 'inFlight'>,
    onLimit: (limit: number) => void,
  ) {
    const { maxConcurrentRequests, autoAlgorithm, autoMin: min, autoMax: max } = config;
    this.#permits = permits;
    this.#onLimit = onLimit;
    if (maxConcurrentRequests === 'auto') {
      this.algorithm = autoAlgorithm;
      this.#limit = concurrencyLimits[autoAlgorithm]({ initial: firstLimit(config), min, max });
      this.#beat = setInterval(() => this.#ownStalls.beat(systemTime.now()), beatMs).unref();
    } else {
      this.algorithm = 'fixed';
      this.#limit = new StatedLimit(maxConcurrentRequests);
    }
  }

  get lastChange(): LimitChange | null {
    return this.#limit.lastChange;
  }

  /** What the upstreams take together, as they state it; null: they don't. */
  get statedCapacity(): number | null {
    return this.#statedCapacity;
  }

  close(): void {
    if (this.#beat !== null) clearInterval(this.#beat);
  }

  onStatedCapacity(capacity: number | null): void {
    // Once for each change: every time the search would begin anew.
    if (capacity === this.#statedCapacity) return;
    this.#statedCapacity = capacity;
    if (this.#limit.onStatedCapacity(capacity, systemTime.now())) this.#apply();
  }

  onAttempt(exchange: Exchange, attempt: AttemptRecord): void {
    if (this.algorithm === 'fixed') return;
    const { startedAt, endedAt } = attempt;
    const tookMs = endedAt - startedAt;
    let outcome = sampleOutcome(exchange, attempt, longAttempt * this.#meanMs);
    if (outcome === 'success' && this.#isLate(startedAt, endedAt)) outcome = 'ignored';
    if (outcome === 'success') {
      this.#meanMs += (tookMs - this.#meanMs) / (this.#meanMs === 0 ? 1 : 20);
    }
    const { inFlight } = this.#permits;
    const route = routeOf(exchange.request);
    if (this.#limit.onSample(startedAt, endedAt, inFlight, outcome, route)) this.#apply();
  }

  /** Late because of us; of what came through a standstill nobody knows how long it took. */
  #isLate(startedAt: number, endedAt: number): boolean {
    return startedAt < systemTime.wokeAt || this.#ownStalls.isLate(startedAt, endedAt);
  }

  #apply(): void {
    this.#onLimit(this.#limit.limit);
  }
}

export const firstLimit = ({ autoMin, autoMax }: ProxyConfig): number =>
  Math.min(autoMax, Math.max(autoMin, initialLimit));

/** Errors are often fast: only good answers tell how fast the upstream is. */
function sampleOutcome(exchange: Exchange, attempt: AttemptRecord, longMs: number): SampleOutcome {
  const { outcome, status, startedAt, endedAt } = attempt;
  if (outcome === 'ok') return status === 429 ? 'dropped' : status < 400 ? 'success' : 'ignored';
  if (outcome === 'upstream_error')
    return breakerFailureStatuses.has(status) ? 'dropped' : 'ignored';
  if (outcome === 'connection_read_timeout' || outcome === 'connection_timeout') return 'dropped';
  if (exchange.interrupted !== 'http_response_timeout') return 'ignored';
  // As good as a timeout of the upstream's own, unless the time went by in the queue.
  const tookMs = endedAt - startedAt;
  const mostOfIt = tookMs >= (exchange.deadline - exchange.receivedAt) / 2;
  return mostOfIt || tookMs >= longMs ? 'dropped' : 'ignored';
}
