import { parseDuration } from '../duration.ts';
import type { LatencyKind } from './latency.ts';

/** Two kinds of work on one path: a SHARE of the requests takes SLOW, the others FAST. */
export const bimodal: LatencyKind = {
  name: 'bimodal',
  syntax: 'bimodal:FAST:SLOW:SHARE',
  summary: 'a SHARE (0 to 1) of the requests takes SLOW, the others FAST',
  create([fast = '', slow = '', shareText = '']) {
    const fastMs = parseDuration(fast);
    const slowMs = parseDuration(slow);
    const share = shareText === '' ? Number.NaN : Number(shareText);
    if (!(share >= 0 && share <= 1)) throw new Error(`share "${shareText}" is not between 0 and 1`);
    return {
      meanMs: (1 - share) * fastMs + share * slowMs,
      quantileMs: (p) => (p < 1 - share ? fastMs : slowMs),
    };
  },
};
