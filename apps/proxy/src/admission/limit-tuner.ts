import { breakerFailureStatuses } from '@spillway/contracts';
import {
  type ConcurrencyLimit,
  concurrencyLimits,
  type LimitChange,
  type PermitSource,
  type SampleOutcome,
} from '@spillway/core';
import type { ProxyConfig } from '../cli/proxy-options.ts';
import type { ProxyEvents } from '../observe/events.ts';
import type { Attempt } from '../request/attempt.ts';
import type { Exchange } from '../request/exchange.ts';
import { systemTime } from '../system-time.ts';
import { routeOf } from './route-of.ts';

/** Where the search begins when nobody says: what most servers take, and seldom too much. */
const initialLimit = 20;

/** Moves the limit to what the upstreams take (`--max-concurrent-requests auto`, or as they state it). */
export class LimitTuner {
  readonly #limit: ConcurrencyLimit;
  readonly #permits: PermitSource;

  constructor(config: ProxyConfig, permits: PermitSource) {
    const { autoAlgorithm, autoMin: min, autoMax: max } = config;
    this.#permits = permits;
    this.#limit = concurrencyLimits[autoAlgorithm]({ initial: firstLimit(config), min, max });
  }

  get lastChange(): LimitChange | null {
    return this.#limit.lastChange;
  }

  listen(events: ProxyEvents): void {
    events.on('attempt_ended', (exchange, attempt) => {
      const changed = this.#limit.onSample(
        attempt.startedAt,
        systemTime.now(),
        this.#permits.inFlight,
        sampleOutcome(exchange, attempt),
        routeOf(exchange.request),
      );
      if (changed) this.#apply();
    });
  }

  /** Null: the upstream states it no longer. */
  onStatedCapacity(capacity: number | null): void {
    if (this.#limit.onStatedCapacity(capacity, systemTime.now())) this.#apply();
  }

  #apply(): void {
    this.#permits.setLimit(this.#limit.limit);
  }
}

export const firstLimit = ({ autoMin, autoMax }: ProxyConfig): number =>
  Math.min(autoMax, Math.max(autoMin, initialLimit));

/** Errors are often fast: only good answers tell how fast the upstream is. */
function sampleOutcome(exchange: Exchange, { outcome, status }: Attempt): SampleOutcome {
  if (outcome === 'ok') return status === 429 ? 'dropped' : status < 400 ? 'success' : 'ignored';
  if (outcome === 'upstream_error')
    return breakerFailureStatuses.has(status) ? 'dropped' : 'ignored';
  if (outcome === 'connection_read_timeout' || outcome === 'connection_timeout') return 'dropped';
  // The deadline passed while the upstream had the request: as good as a timeout of its own.
  return exchange.interrupted === 'http_response_timeout' ? 'dropped' : 'ignored';
}
