import type { Flow } from './flow.ts';

/** So many calls have to be known before anybody is refused for how long they take. */
const enough = 8;
/** At arrival it has to work out for nearly all: who stays waits to the end of what it has. */
const arrivalQuantile = 0.9;
const dequeueQuantile = 0.5;

const serviceMs = ({ service }: Flow, quantile: number): number =>
  service.count < enough ? 0 : service.quantileMs(quantile);

/** Whether one that comes now, with `leftMs` to its deadline and `waitMs` to wait, is better told at once. */
export const isHopeless = (leftMs: number, waitMs: number, flow: Flow): boolean => {
  if (leftMs === Infinity) return false;
  if (leftMs <= 0) return true;
  return waitMs + serviceMs(flow, arrivalQuantile) > leftMs;
};

/** Whether one that is next can still be served in time. */
export const canMakeIt = (leftMs: number, flow: Flow): boolean =>
  leftMs === Infinity || (leftMs > 0 && serviceMs(flow, dequeueQuantile) <= leftMs);

/** How long one with `leftMs` to its deadline may still wait. */
export const mayWaitMs = (leftMs: number, flow: Flow): number =>
  leftMs === Infinity ? Infinity : leftMs - serviceMs(flow, dequeueQuantile);
