import { systemTime } from '../system/system-time.ts';
import { BucketHistogram } from './bucket-histogram.ts';
import { LatencyWindow } from './latency-window.ts';
import { LatestLatencies } from './latest-latencies.ts';

/** Latencies of the last minute, all since the start in the buckets of Prometheus, and the latest. */
export class Latency extends LatencyWindow {
  readonly sinceStart = new BucketHistogram();
  readonly latest = new LatestLatencies();

  override record(ms: number): void {
    super.record(ms);
    this.sinceStart.record(ms);
    this.latest.record(ms, systemTime.now());
  }
}
