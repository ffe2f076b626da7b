import { parseDuration } from '../duration.ts';
import type { LatencyKind } from './latency.ts';
import { normalQuantile } from './normal-quantile.ts';

/**
 * A long right tail, as services have. SIGMA is the standard deviation of the logarithm, 0.5 unless given:
 * median = mean exp(-sigma^2 / 2), quantile(p) = median exp(sigma z(p)).
 */
export const lognormal: LatencyKind = {
  name: 'lognormal',
  syntax: 'lognormal:MEAN[:SIGMA]',
  summary: 'a long right tail; SIGMA 0.5 unless given, then p99 at 2.8 times the mean',
  create([mean = '', sigmaText = '0.5']) {
    const meanMs = parseDuration(mean);
    const sigma = Number(sigmaText);
    if (!(sigma >= 0 && sigma <= 5)) throw new Error(`sigma "${sigmaText}" is not between 0 and 5`);
    const medianMs = meanMs * Math.exp((-sigma * sigma) / 2);
    return {
      meanMs,
      quantileMs: (p) => (p <= 0 ? 0 : medianMs * Math.exp(sigma * normalQuantile(p))),
    };
  },
};
