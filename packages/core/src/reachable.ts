import type { Lane } from './lane.ts';

/** So many calls have to be known before anybody is refused for how long they take. */
const enough = 8;
/** At arrival it has to work out for nearly all: who stays waits to the end of what it has. */
const arrivalQuantile = 0.9;
const dequeueQuantile = 0.5;

const serviceMs = ({ flow: { service } }: Lane, quantile: number): number =>
  service.count < enough ? 0 : service.quantileMs(quantile);

/** Whether one that comes now, with `leftMs` to its deadline, is better told at once. */
export const isHopeless = (leftMs: number, lane: Lane, now: number): boolean => {
  if (leftMs === Infinity) return false;
  if (leftMs <= 0) return true;
  return lane.estimateMs(now) + serviceMs(lane, arrivalQuantile) > leftMs;
};

/** Whether one that is next can still be served in time. */
export const canMakeIt = (leftMs: number, lane: Lane): boolean =>
  leftMs === Infinity || (leftMs > 0 && serviceMs(lane, dequeueQuantile) <= leftMs);
