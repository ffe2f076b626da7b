import type { Shortages } from '@spillway/contracts';
import { TimeRing } from '@spillway/core';
import type { ShortageKind } from '@spillway/diagnosis';
import { outOfDescriptors } from '../system/shortage.ts';
import { systemTime } from '../system/system-time.ts';

const windowMs = 60_000;
const probeEveryMs = 1000;

/** What failed because this process had run out of something that the operating system gives. */
export class ShortageCounts {
  readonly #totals = { descriptors: 0, ports: 0, memory: 0 };
  readonly #recent = { descriptors: ring(), ports: ring(), memory: ring() };
  readonly #probe: NodeJS.Timeout;

  constructor() {
    // libuv accepts and drops the connections that it has no descriptor for, and tells nobody.
    this.#probe = setInterval(() => {
      if (outOfDescriptors()) this.add('descriptors');
    }, probeEveryMs).unref();
  }

  add(kind: ShortageKind): void {
    this.#totals[kind] += 1;
    this.#recent[kind].add();
  }

  totals(): Shortages {
    return { ...this.#totals };
  }

  /** Within the last minute. */
  recent(): Shortages {
    const { descriptors, ports, memory } = this.#recent;
    return {
      descriptors: descriptors.sum(windowMs),
      ports: ports.sum(windowMs),
      memory: memory.sum(windowMs),
    };
  }

  close(): void {
    clearInterval(this.#probe);
  }
}

const ring = () => new TimeRing({ bucketMs: 1000, buckets: 61, time: systemTime });
