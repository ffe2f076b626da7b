/** A straight line through samples: by how much they rise, and how well that is known. */
export interface Slope {
  /** Units a minute. */
  readonly perMinute: number;
  /** Standard error of the above. */
  readonly error: number;
}

/** Times in ms. Takes at least three samples. */
export function slopeOf(times: readonly number[], values: readonly number[]): Slope {
  const n = times.length;
  const meanTime = mean(times);
  const meanValue = mean(values);
  const spread = sumOf(times, (time) => (time - meanTime) ** 2);
  const slope =
    sumOf(times, (time, i) => (time - meanTime) * ((values[i] as number) - meanValue)) / spread;
  const rests = times.map(
    (time, i) => (values[i] as number) - meanValue - slope * (time - meanTime),
  );
  const variance = sumOf(rests, (rest) => rest ** 2) / (n - 2);
  const error = Math.sqrt(variance / spread) * inflation(rests);
  return { perMinute: slope * 60_000, error: error * 60_000 };
}

/** Three standard errors, as the samples are few and hardly normal: one false alarm in hundreds of runs. */
const certainty = 3;

/** Whether the samples rise by more than `bound` a minute, beyond what chance explains. */
export const isSteeper = ({ perMinute, error }: Slope, bound: number): boolean =>
  perMinute - certainty * error > bound;

/**
 * Samples that follow each other are alike (a collector's saw tooth): they tell less than as many independent ones. By
 * how much the error grows, with the correlation of neighbours (an AR(1) process).
 */
function inflation(rests: readonly number[]): number {
  const own = sumOf(rests, (rest) => rest ** 2);
  if (own === 0) return 1;
  const next = sumOf(rests.slice(1), (rest, i) => rest * (rests[i] as number));
  const correlation = Math.min(0.98, Math.max(0, next / own));
  return Math.sqrt((1 + correlation) / (1 - correlation));
}

const sumOf = (values: readonly number[], term: (value: number, i: number) => number): number =>
  values.reduce((sum, value, i) => sum + term(value, i), 0);

const mean = (values: readonly number[]): number => sumOf(values, (value) => value) / values.length;
