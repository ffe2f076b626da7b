import type { PlotSpec } from '../figures/plot-spec.ts';

/** Where a scale ends: a little above the highest value, and never so low that noise fills it. */
export function topOf(
  highest: number | null,
  { unit, leastTop }: Pick<PlotSpec, 'unit' | 'leastTop'>,
) {
  const least = Math.max(highest ?? 0, leastTop);
  if (unit === 'breaker') return 2.15;
  return roundedUp(least * 1.06);
}

const steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** Of the same size for a while, so that a scale doesn't breathe with each poll. */
function roundedUp(value: number): number {
  const size = 10 ** Math.floor(Math.log10(value));
  const step = steps.find((one) => one * size >= value * (1 - 1e-9)) ?? 10;
  return step * size;
}
