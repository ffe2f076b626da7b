import { parseDuration } from '../duration.ts';
import type { LatencyKind } from './latency.ts';

/** Every request takes the same time: mean and all quantiles equal it. */
export const fixed: LatencyKind = {
  name: 'fixed',
  syntax: 'fixed:TIME',
  summary: 'always TIME',
  create([time = '']) {
    const ms = parseDuration(time);
    return { meanMs: ms, quantileMs: () => ms };
  },
};
