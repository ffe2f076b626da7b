import { BucketHistogram } from './bucket-histogram.ts';
import { LatencyWindow } from './latency-window.ts';

/** Latencies of the last minute, and all since the start in the buckets of Prometheus. */
export class Latency extends LatencyWindow {
  readonly sinceStart = new BucketHistogram();

  override record(ms: number): void {
    super.record(ms);
    this.sinceStart.record(ms);
  }
}
