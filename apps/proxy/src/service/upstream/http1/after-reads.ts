export interface ReadsWaiter {
  /** All that had come in has been delivered. */
  onReadsDone(): void;
}

let waiting: ReadsWaiter[] = [];

/**
 * Calls once the event loop has delivered all that this turn's poll found: bytes that an upstream sent ahead of a
 * request would else be taken for its response (GHSA-35p6-xmwp-9g52). One immediate serves everybody who waits.
 */
export function afterReads(waiter: ReadsWaiter): void {
  if (waiting.push(waiter) === 1) setImmediate(tellAll);
}

function tellAll(): void {
  const told = waiting;
  waiting = [];
  for (const waiter of told) waiter.onReadsDone();
}
