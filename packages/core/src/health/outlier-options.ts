import { requireAtLeast, requireWhole } from '../check-number.ts';
import type { Random, TimeSource } from '../time/time-source.ts';
import { checkEjectionTime, type EjectionTimeOptions } from './ejection-time.ts';

export interface OutlierOptions extends EjectionTimeOptions {
  /** Failures in a row that eject a target; 0: they don't. */
  readonly outlierFailures: number;
  /** How far back calls count for the failure rate, ms. */
  readonly outlierWindowMs: number;
  /** With fewer calls in the window a rate says nothing, a target's own or its peers'; 0: rates eject nobody. */
  readonly outlierMinimumCalls: number;
  /**
   * From 0 to 1: no larger share of the targets is ejected together. One may be always, and all never; 0: none.
   */
  readonly maxEjectedShare: number;
  readonly time: Pick<TimeSource, 'now'>;
  readonly random: Random;
}

export const checkOutlierOptions = (options: OutlierOptions): void => {
  requireWhole('outlierFailures', options.outlierFailures, 0, 1_000_000);
  requireAtLeast('outlierWindowMs', options.outlierWindowMs, 10);
  requireWhole('outlierMinimumCalls', options.outlierMinimumCalls, 0, 1_000_000);
  requireAtLeast('maxEjectedShare', options.maxEjectedShare, 0);
  requireAtLeast('1 - maxEjectedShare', 1 - options.maxEjectedShare, 0);
  checkEjectionTime(options);
};
