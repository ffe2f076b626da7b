/** The same in all processes of a machine (CLOCK_MONOTONIC), ms. */
export const sharedNow = (): number => Number(process.hrtime.bigint()) / 1e6;

/** From when to when a process could not run, by the shared clock, ms. */
export interface Standstill {
  readonly from: number;
  readonly until: number;
}

const everyMs = 2;
/** Less than that is a timer's own lateness. */
const countsFromMs = 4;

/** Notes when this process stood still, whether its own work or the machine was to blame. */
export function watchStandstills(): readonly Standstill[] {
  const found: Standstill[] = [];
  let last = sharedNow();
  setInterval(() => {
    const now = sharedNow();
    if (now - last > everyMs + countsFromMs) found.push({ from: last + everyMs, until: now });
    last = now;
  }, everyMs).unref();
  return found;
}
