import { type MetricsSnapshot, outcomes, type Rates } from '@spillway/contracts';
import { TimeRing } from '@spillway/core';
import { systemTime } from '../system/system-time.ts';
import { BucketHistogram } from './bucket-histogram.ts';
import { LatencyWindow, percentilesOf } from './latency-window.ts';
import type { ObservedRequest } from './observed.ts';
import { OutcomeCounts } from './outcome-counts.ts';

/** What was asked of a service and how it ended: every request is counted once, at its start and at its end. */
export class Traffic {
  started = 0;
  readonly counts = new OutcomeCounts();
  retries = 0;
  bytesReceived = 0;
  bytesSent = 0;
  successMs = 0;
  readonly responseSeconds = new BucketHistogram();
  readonly queueSeconds = new BucketHistogram();
  readonly responseTime = new LatencyWindow();
  readonly queueWait = new LatencyWindow();
  readonly connect = new LatencyWindow();
  readonly firstByte = new LatencyWindow();
  readonly body = new LatencyWindow();
  readonly requests = new TimeRing({ bucketMs: 1000, buckets: 301, time: systemTime });
  readonly failures = new TimeRing({ bucketMs: 1000, buckets: 301, time: systemTime });

  requestStarted(): void {
    this.started += 1;
    this.requests.add();
  }

  /** Bytes that never became a request. */
  unreadable(): void {
    this.requestStarted();
    this.failures.add();
    this.counts.add('client_error');
  }

  /** Adds what another one has counted since the start, without its latencies and rates. */
  absorb(other: Traffic): void {
    this.started += other.started;
    this.counts.absorb(other.counts);
    this.retries += other.retries;
    this.bytesReceived += other.bytesReceived;
    this.bytesSent += other.bytesSent;
    this.successMs += other.successMs;
  }

  requestFinished(request: ObservedRequest): void {
    const outcome = request.outcome as NonNullable<typeof request.outcome>;
    this.counts.add(outcome);
    this.bytesReceived += request.bytesReceived;
    this.bytesSent += request.bytesSent;
    if (outcomes[outcome].class === 'failure') this.failures.add();
    if (request.attempts > 0) {
      this.queueWait.record(request.queueWaitMs);
      this.queueSeconds.record(request.queueWaitMs);
    }
    if (request.connectMs > 0) this.connect.record(request.connectMs);
    if (request.firstByteMs >= 0) this.firstByte.record(request.firstByteMs);
    if (request.bodyMs >= 0) this.body.record(request.bodyMs);
    // A tunnel's length is its users' choice and says nothing about how fast the target is.
    if (request.status === 101) return;
    const ms = systemTime.now() - request.receivedAt;
    this.responseTime.record(ms);
    this.responseSeconds.record(ms);
    if (outcome === 'ok') this.successMs += ms;
  }
}

/** What the counters alone don't know. */
type Gauges = Pick<
  MetricsSnapshot['metrics'],
  'queue_size' | 'available_slots' | 'held_permits' | 'circuit_open' | 'consecutive_failures'
>;

/** The counters of one service, or of several together. */
export function trafficSnapshot(
  all: readonly Traffic[],
  { queue_size, available_slots, held_permits, circuit_open, consecutive_failures }: Gauges,
): MetricsSnapshot['metrics'] {
  const sum = (of: (traffic: Traffic) => number) => all.reduce((total, one) => total + of(one), 0);
  const total = sum(({ started }) => started);
  const finished = sum(({ counts }) => counts.finished);
  const successful = sum(({ counts }) => counts.successful);
  const failed = sum(({ counts }) => counts.failed);
  const judged = successful + failed;
  return {
    total_requests: total,
    successful_requests: successful,
    failed_requests: failed,
    timeout_requests: sum(({ counts }) => counts.timeouts),
    active_requests: total - finished - queue_size,
    queue_rejected: sum(({ counts }) => counts.queueRejected),
    success_rate: judged === 0 ? 100 : (100 * successful) / judged,
    avg_response_time: successful === 0 ? 0 : sum(({ successMs }) => successMs) / successful / 1000,
    ...{ circuit_open, consecutive_failures, queue_size, available_slots, held_permits },
    client_aborted: sum(({ counts }) => counts.clientAborted),
    retries: sum(({ retries }) => retries),
    response_time: percentilesOf(all.map(({ responseTime }) => responseTime)),
    queue_wait: percentilesOf(all.map(({ queueWait }) => queueWait)),
    connect: percentilesOf(all.map(({ connect }) => connect)),
    first_byte: percentilesOf(all.map(({ firstByte }) => firstByte)),
    body: percentilesOf(all.map(({ body }) => body)),
    rates: {
      requests: ratesOf(all.map(({ requests }) => requests)),
      failures: ratesOf(all.map(({ failures }) => failures)),
    },
    outcomes: outcomesOf(all),
    bytes_received: sum(({ bytesReceived }) => bytesReceived),
    bytes_sent: sum(({ bytesSent }) => bytesSent),
  };
}

function outcomesOf(all: readonly Traffic[]): MetricsSnapshot['metrics']['outcomes'] {
  const sums: Record<string, number> = {};
  for (const { counts } of all) {
    for (const [outcome, count] of Object.entries(counts.byOutcome)) {
      sums[outcome] = (sums[outcome] ?? 0) + count;
    }
  }
  return sums;
}

function ratesOf(rings: readonly TimeRing[]): Rates {
  const rate = (windowMs: number) => rings.reduce((sum, ring) => sum + ring.rate(windowMs), 0);
  return { '10s': rate(10_000), '1m': rate(60_000), '5m': rate(300_000) };
}
