/** What process.hrtime() says more than performance.now(), ms: the first is the same in all threads. */
const offsetMs = measureOffset();

/** Of several readings the tightest: the first ones load what they call, which takes a millisecond or more. */
function measureOffset(): number {
  let best = { gapMs: Number.POSITIVE_INFINITY, offsetMs: 0 };
  for (let i = 0; i < 10; i++) {
    const before = performance.now();
    const sharedMs = Number(process.hrtime.bigint()) / 1e6;
    const after = performance.now();
    const gapMs = after - before;
    if (gapMs < best.gapMs) best = { gapMs, offsetMs: sharedMs - (before + after) / 2 };
  }
  return best.offsetMs;
}

/** An instant of this thread's performance.now(), for another thread to read. */
export function toShared(instant: number): number {
  return instant + offsetMs;
}

/** An instant that another thread gave, in this thread's performance.now(). */
export function fromShared(instant: number): number {
  return instant - offsetMs;
}
