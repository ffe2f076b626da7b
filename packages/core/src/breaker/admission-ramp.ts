import { requireAtLeast } from '../check-number.ts';

export interface AdmissionRamp {
  /** Share of the requests that come in right after closing, above 0. */
  fromShare: number;
  /** From then on it grows evenly to all, ms. */
  durationMs: number;
}

export const checkRamp = ({ fromShare, durationMs }: AdmissionRamp): void => {
  requireAtLeast('fromShare', fromShare, Number.MIN_VALUE);
  requireAtLeast('1 - fromShare', 1 - fromShare, 0);
  requireAtLeast('durationMs', durationMs, 0);
};

/** Which share of the requests may come in, `sinceMs` after the breaker closed; 1: all. */
export const rampShare = (ramp: AdmissionRamp | null, sinceMs: number): number => {
  if (ramp === null || sinceMs >= ramp.durationMs) return 1;
  return ramp.fromShare + (1 - ramp.fromShare) * (sinceMs / ramp.durationMs);
};
