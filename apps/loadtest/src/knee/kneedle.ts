/** Throughput held at a concurrency. */
export interface CurvePoint {
  readonly concurrency: number;
  readonly rate: number;
}

/**
 * Kneedle (Satopaa et al., 2011) on log2 of the concurrency: where the curve, scaled into a square, is farthest
 * above its diagonal. Null when it nowhere is, as without a bend. Points in order of concurrency.
 */
export function kneedle(points: readonly CurvePoint[]): number | null {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 3) return null;
  const rates = points.map(({ rate }) => rate);
  const [least, most] = [Math.min(...rates), Math.max(...rates)];
  const width = Math.log2(last.concurrency / first.concurrency);
  if (most === least || width === 0) return null;
  let knee: number | null = null;
  let farthest = 0;
  for (const { concurrency, rate } of points) {
    const above =
      (rate - least) / (most - least) - Math.log2(concurrency / first.concurrency) / width;
    if (above > farthest) {
      farthest = above;
      knee = concurrency;
    }
  }
  return knee;
}
