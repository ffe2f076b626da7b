import {
  type EventLoopUtilization,
  type IntervalHistogram,
  monitorEventLoopDelay,
  performance,
} from 'node:perf_hooks';
import type { MetricsSnapshot } from '@spillway/contracts';
import { systemTime } from '../system/system-time.ts';
import { version } from '../system/version.ts';

const windowMs = 10_000;
/** How often node's monitor looks; it counts from one look to the next, so an idle loop shows this much. */
const resolutionMs = 20;

/** What the log could not write. */
export interface LogLosses {
  readonly linesDropped: number;
  readonly writeErrors: number;
}

/** How the process itself is doing: its event loop, processor time and memory. */
export class ProcessGauges {
  readonly #startedAt = systemTime.now();
  readonly #startedOn = new Date().toISOString();
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: resolutionMs });
  #loop: EventLoopUtilization = performance.eventLoopUtilization();
  #windowSince = systemTime.now();
  #memory = { rss: 0, heap_used: 0 };

  constructor() {
    this.#delay.enable();
  }

  get uptimeSeconds(): number {
    return (systemTime.now() - this.#startedAt) / 1000;
  }

  snapshot(
    clientConnections: number,
    log: LogLosses,
  ): Omit<MetricsSnapshot['process'], 'shortages' | 'refused_connections' | 'requests_by_version'> {
    const cpu = process.cpuUsage();
    const gauges = {
      version,
      uptime: this.uptimeSeconds,
      started_at: this.#startedOn,
      cpu_seconds: (cpu.user + cpu.system) / 1e6,
      event_loop_utilization: performance.eventLoopUtilization(this.#loop).utilization,
      event_loop_delay: this.#eventLoopDelay(),
      memory: this.#measureMemory(),
      client_connections: clientConnections,
      log: { lines_dropped: log.linesDropped, write_errors: log.writeErrors },
    };
    this.#turn();
    return gauges;
  }

  close(): void {
    this.#delay.disable();
  }

  /** Node reads /proc for it, and throws where no descriptor is left for that: then it is what it was before. */
  #measureMemory(): MetricsSnapshot['process']['memory'] {
    try {
      const { rss, heapUsed } = process.memoryUsage();
      this.#memory = { rss, heap_used: heapUsed };
    } catch {}
    return this.#memory;
  }

  #eventLoopDelay(): { p50: number; p99: number; max: number } {
    const empty = this.#delay.count === 0;
    const seconds = (nanoseconds: number) =>
      empty ? 0 : Math.max(0, nanoseconds / 1e9 - resolutionMs / 1000);
    return {
      p50: seconds(this.#delay.percentile(50)),
      p99: seconds(this.#delay.percentile(99)),
      max: seconds(this.#delay.max),
    };
  }

  /** The window covers at most ten seconds and is cleared in passing, by whoever looks next. */
  #turn(): void {
    if (systemTime.now() - this.#windowSince <= windowMs) return;
    this.#delay.reset();
    this.#loop = performance.eventLoopUtilization();
    this.#windowSince = systemTime.now();
  }
}
