/** What process.hrtime() says more than performance.now(), ms: the first is the same in all threads. */
const offsetMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** An instant of this thread's performance.now(), for another thread to read. */
export function toShared(instant: number): number {
  return instant + offsetMs;
}

/** An instant that another thread gave, in this thread's performance.now(). */
export function fromShared(instant: number): number {
  return instant - offsetMs;
}
