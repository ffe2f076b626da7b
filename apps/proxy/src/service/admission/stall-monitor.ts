import { OwnStalls } from '@spillway/core';
import { systemTime } from '../../system/system-time.ts';

/** How often it looks whether this process's own event loop is late; shorter pauses hurt no measurement. */
const beatMs = 20;

/** Tells the limit's tuner when this process's own event loop stands still. */
export class StallMonitor {
  readonly stalls = new OwnStalls(beatMs, systemTime.now(), systemTime);
  #timer: NodeJS.Timeout | undefined;

  start(): void {
    this.#timer ??= setInterval(() => this.stalls.beat(systemTime.now()), beatMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
