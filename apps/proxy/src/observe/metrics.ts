import type { HealthStatus, MetricsSnapshot, Rates } from '@spillway/contracts';
import { outcomes } from '@spillway/contracts';
import { TimeRing } from '@spillway/core';
import { judgeHealth } from '@spillway/diagnosis';
import type { Gateway } from '../gateway.ts';
import type { Exchange } from '../request/exchange.ts';
import { systemTime } from '../system-time.ts';
import { admissionSnapshot } from './admission-snapshot.ts';
import { BucketHistogram } from './bucket-histogram.ts';
import { configInForce } from './config-in-force.ts';
import { LatencyWindow } from './latency-window.ts';
import { OutcomeCounts } from './outcome-counts.ts';
import { ProcessGauges } from './process-gauges.ts';

/** Counts everything, once, from the proxy's events; `snapshot()` is what /proxy-metrics shows. */
export class Metrics {
  readonly counts = new OutcomeCounts();
  readonly responseSeconds = new BucketHistogram();
  readonly queueSeconds = new BucketHistogram();
  retries = 0;
  bytesReceived = 0;
  bytesSent = 0;
  clientConnections = 0;

  readonly #gateway: Gateway;
  readonly #process = new ProcessGauges();
  readonly #responseTime = new LatencyWindow();
  readonly #queueWait = new LatencyWindow();
  readonly #connect = new LatencyWindow();
  readonly #firstByte = new LatencyWindow();
  readonly #body = new LatencyWindow();
  readonly #requests = new TimeRing({ bucketMs: 1000, buckets: 301, time: systemTime });
  readonly #failures = new TimeRing({ bucketMs: 1000, buckets: 301, time: systemTime });
  #successMs = 0;
  #started = 0;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
    gateway.events.on('request_started', () => {
      this.#started += 1;
      this.#requests.add();
    });
    gateway.events.on('request_finished', (exchange) => this.#record(exchange));
    gateway.events.on('request_unreadable', () => {
      this.#started += 1;
      this.#requests.add();
      this.#failures.add();
      this.counts.add('client_error');
    });
    gateway.events.on('attempt_ended', (exchange, { upstream, startedAt, endedAt, outcome }) => {
      upstream.attempts.add(outcome);
      // What was cut would have taken longer; 0: a mistake of ours broke it off.
      if (exchange.interrupted !== null || endedAt === 0) return;
      upstream.serviceTime.record(endedAt - startedAt);
    });
    gateway.events.on('attempt_failed', () => {
      this.retries += 1;
    });
  }

  get uptimeSeconds(): number {
    return this.#process.uptimeSeconds;
  }

  /** Requests that are neither finished nor waiting in the queue. */
  get active(): number {
    return this.#started - this.counts.finished - this.#gateway.permits.queued;
  }

  get total(): number {
    return this.#started;
  }

  health(): { status: HealthStatus; reasons: string[] } {
    return judgeHealth({
      upstreams: this.#gateway.upstreams.all.map(({ origin, breaker }) => {
        // First: asking may open it.
        const retryInMs = breaker.retryInMs();
        return { url: origin, breaker: breaker.state.name, retryInMs };
      }),
      queued: this.#gateway.permits.queued,
      maxQueue: this.#gateway.permits.maxQueue,
      recentRequests: this.#requests.sum(60_000),
      recentFailures: this.#failures.sum(60_000),
    });
  }

  snapshot(): MetricsSnapshot {
    const { permits, upstreams, config } = this.#gateway;
    const { counts } = this;
    const judged = counts.successful + counts.failed;
    const snapshots = upstreams.all.map((upstream) => upstream.snapshot());
    return {
      ...this.health(),
      draining: this.#gateway.draining,
      limits: { concurrent_requests: permits.limit, queue_size: permits.maxQueue },
      admission: admissionSnapshot(this.#gateway),
      metrics: {
        total_requests: this.total,
        successful_requests: counts.successful,
        failed_requests: counts.failed,
        timeout_requests: counts.timeouts,
        active_requests: this.active,
        queue_rejected: counts.queueRejected,
        success_rate: judged === 0 ? 100 : (100 * counts.successful) / judged,
        avg_response_time: counts.successful === 0 ? 0 : this.#successMs / counts.successful / 1000,
        circuit_open: snapshots.every(({ breaker }) => breaker.state === 'open'),
        consecutive_failures: Math.max(
          ...snapshots.map(({ breaker }) => breaker.consecutive_failures),
        ),
        queue_size: permits.queued,
        available_slots: permits.available,
        held_permits: permits.abandoned,
        client_aborted: counts.clientAborted,
        retries: this.retries,
        response_time: this.#responseTime.percentiles(),
        queue_wait: this.#queueWait.percentiles(),
        connect: this.#connect.percentiles(),
        first_byte: this.#firstByte.percentiles(),
        body: this.#body.percentiles(),
        rates: { requests: ratesOf(this.#requests), failures: ratesOf(this.#failures) },
        outcomes: { ...counts.byOutcome },
        bytes_received: this.bytesReceived,
        bytes_sent: this.bytesSent,
      },
      upstreams: snapshots,
      process: this.#process.snapshot(this.clientConnections),
      config: configInForce(config),
    };
  }

  close(): void {
    this.#process.close();
  }

  #record(exchange: Exchange): void {
    const outcome = exchange.outcome as NonNullable<typeof exchange.outcome>;
    this.counts.add(outcome);
    this.bytesReceived += exchange.bytesReceived;
    this.bytesSent += exchange.bytesSent;
    if (outcomes[outcome].class === 'failure') this.#failures.add();
    if (exchange.attempts > 0) {
      this.#queueWait.record(exchange.queueWaitMs);
      this.queueSeconds.record(exchange.queueWaitMs);
    }
    if (exchange.connectMs > 0) this.#connect.record(exchange.connectMs);
    if (exchange.firstByteMs >= 0) this.#firstByte.record(exchange.firstByteMs);
    if (exchange.bodyMs >= 0) this.#body.record(exchange.bodyMs);
    // A tunnel's length is its users' choice and says nothing about how fast the upstream is.
    if (exchange.status === 101) return;
    const ms = systemTime.now() - exchange.receivedAt;
    this.#responseTime.record(ms);
    this.responseSeconds.record(ms);
    if (outcome === 'ok') this.#successMs += ms;
  }
}

const ratesOf = (ring: TimeRing): Rates => ({
  '10s': ring.rate(10_000),
  '1m': ring.rate(60_000),
  '5m': ring.rate(300_000),
});
