import { AwakeTime, OwnStalls } from '@spillway/core';
import { systemTime } from '../../system/system-time.ts';

/** How often it looks whether this process's own event loop is late; shorter pauses hurt no measurement. */
const beatMs = 20;
/** Between two beats: the loop stood still for most of it. */
const standstillMs = 3 * beatMs;

/** Tells those who measure when this process's own event loop stands still. */
export class StallMonitor {
  readonly stalls = new OwnStalls(beatMs, systemTime.now(), systemTime);
  /** Stops while the loop does, unlike the clock of timeouts, which leaves out whole seconds alone. */
  readonly awake = new AwakeTime(systemTime, standstillMs);
  readonly #timer = setInterval(() => this.#beat(), beatMs).unref();

  close(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    this.stalls.beat(systemTime.now());
    this.awake.now();
  }
}
