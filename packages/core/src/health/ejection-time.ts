import { requireAtLeast } from '../check-number.ts';
import type { Random } from '../time/time-source.ts';

export interface EjectionTimeOptions {
  /** The first ejection, ms; each further one is longer by as much. */
  readonly baseEjectionMs: number;
  /** It grows no longer than this, ms. */
  readonly maxEjectionMs: number;
  /** Up to this share is added by chance, so that proxies don't readmit a target together. */
  readonly ejectionJitter: number;
}

export const checkEjectionTime = (options: EjectionTimeOptions): void => {
  requireAtLeast('baseEjectionMs', options.baseEjectionMs, 1);
  requireAtLeast('maxEjectionMs', options.maxEjectionMs, options.baseEjectionMs);
  requireAtLeast('ejectionJitter', options.ejectionJitter, 0);
};

/** How long the `nth` ejection lasts, ms; the first is 1. */
export const ejectionMs = (options: EjectionTimeOptions, nth: number, random: Random): number => {
  const { baseEjectionMs, maxEjectionMs, ejectionJitter } = options;
  return Math.min(baseEjectionMs * nth, maxEjectionMs) * (1 + ejectionJitter * random());
};

/** How many ejections are still held against a target that has then served for so long: one less for each base time. */
export const ejectionsHeld = (
  { baseEjectionMs }: EjectionTimeOptions,
  ejections: number,
  servedMs: number,
): number => Math.max(0, ejections - Math.floor(servedMs / baseEjectionMs));
