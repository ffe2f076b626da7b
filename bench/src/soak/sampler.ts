import { readdirSync } from 'node:fs';
import { metricsSnapshotSchema } from '@spillway/contracts';
import type { Child } from '../process/child.ts';
import { residentBytes } from '../process/usage.ts';
import { type Slope, slopeOf } from './slope.ts';

/** What is to stay flat, in its unit. */
export const measures = {
  rss: 'RSS, MiB',
  descriptors: 'descriptors',
  delay: 'event-loop delay p50, ms',
  tail: 'event-loop delay p99, ms',
} as const;

export type Measure = keyof typeof measures;

export const measureNames = Object.keys(measures) as Measure[];

type Sample = Readonly<Record<Measure, number>>;

/** Looks at a proxy now and then. */
export class Sampler {
  readonly samples: Sample[] = [];
  readonly #proxy: Child;
  readonly #times: number[] = [];

  constructor(proxy: Child) {
    this.#proxy = proxy;
  }

  async look(): Promise<void> {
    const { pid, port } = this.#proxy;
    const response = await fetch(`http://127.0.0.1:${port}/proxy-metrics`);
    const { process } = metricsSnapshotSchema.parse(await response.json());
    this.#times.push(performance.now());
    this.samples.push({
      rss: residentBytes(pid) / 2 ** 20,
      descriptors: readdirSync(`/proc/${pid}/fd`).length,
      delay: process.event_loop_delay.p50 * 1000,
      tail: process.event_loop_delay.p99 * 1000,
    });
  }

  slope(measure: Measure): Slope {
    return slopeOf(
      this.#times,
      this.samples.map((sample) => sample[measure]),
    );
  }
}
