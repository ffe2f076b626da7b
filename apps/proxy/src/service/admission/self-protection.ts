import { isDeepStrictEqual } from 'node:util';
import { getHeapStatistics } from 'node:v8';
import type { Outcome } from '@spillway/contracts';
import { type Overload, OverloadGuard } from '@spillway/core';
import type { ProxyConfig } from '../../config/proxy-options.ts';
import { systemTime } from '../../system/system-time.ts';

const intervalMs = 100;
const never = Number.MAX_VALUE;

/** Share of --max-client-connections from which on new requests are shed. */
export const shedConnectionsFrom = 0.9;

interface Limits {
  readonly delayMs: number | null;
  readonly memory: number | null;
  readonly maxConnections: number;
}

/** Sheds new requests while this process itself is at its end: processor, memory or connections. */
export class SelfProtection {
  #limits: Limits;
  #guard: OverloadGuard;
  readonly #connections: () => number;
  readonly #timer: NodeJS.Timeout;
  #measuredAt = systemTime.now();
  #lostMs = systemTime.lostMs;
  #cpuMs = cpuMs();

  constructor(config: ProxyConfig, connections: () => number) {
    this.#limits = limitsOf(config);
    this.#connections = connections;
    this.#guard = guardOf(this.#limits);
    this.#timer = setInterval(() => this.#measure(), intervalMs).unref();
  }

  /** Other limits from now on; with the same ones it goes on to shed as it does. */
  reconfigure(config: ProxyConfig): void {
    const limits = limitsOf(config);
    if (isDeepStrictEqual(limits, this.#limits)) return;
    this.#limits = limits;
    this.#guard = guardOf(limits);
  }

  get overload(): Overload | null {
    return this.#guard.overload;
  }

  /** The outcome of a new request that is to be shed; null to let it in. */
  refusal(): Outcome | null {
    if (this.#guard.overload === null) return null;
    const resource = this.#guard.sheds(Math.random());
    return resource === null ? null : `${resource}_overloaded`;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #measure(): void {
    const heap = getHeapStatistics();
    this.#guard.measure({
      eventLoopDelayMs: this.#eventLoopDelayMs(),
      memory: heap.used_heap_size / heap.heap_size_limit,
      connections: this.#connections() / this.#limits.maxConnections,
    });
  }

  /**
   * A timer that comes late shows how long everybody else has to wait for the event loop. A standstill counts as far
   * as it used the processor: after a suspension there is nothing to recover from.
   */
  #eventLoopDelayMs(): number {
    const [measuredAt, lostMs, usedMs] = [this.#measuredAt, this.#lostMs, this.#cpuMs];
    this.#measuredAt = systemTime.now();
    this.#lostMs = systemTime.lostMs;
    this.#cpuMs = cpuMs();
    const lateMs = Math.max(0, this.#measuredAt - measuredAt - intervalMs);
    return lateMs + Math.min(this.#lostMs - lostMs, this.#cpuMs - usedMs);
  }
}

const limitsOf = (config: ProxyConfig): Limits => ({
  delayMs: config.shedEventLoopDelayMs,
  memory: config.shedMemory,
  maxConnections: config.maxClientConnections ?? never,
});

const guardOf = ({ delayMs, memory }: Limits): OverloadGuard =>
  new OverloadGuard({
    eventLoopDelayMs: { from: delayMs ?? never, full: 2 * (delayMs ?? never / 2) },
    memory: { from: memory ?? never, full: Math.max(memory ?? never, 0.97) },
    connections: { from: shedConnectionsFrom, full: 1 },
  });

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
