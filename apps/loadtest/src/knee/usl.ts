import type { CurvePoint } from './kneedle.ts';

/** Gunther's Universal Scalability Law, X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)). */
export interface UslFit {
  /** Requests a second of one alone. */
  readonly lambda: number;
  /** Contention: the share that can't run in parallel. */
  readonly sigma: number;
  /** Coherence: what each pays for each other. */
  readonly kappa: number;
  /** Where the fitted curve is highest. */
  readonly knee: number;
  /** Share of the variance of the throughput that the curve explains. */
  readonly r2: number;
}

/** Throughput by the fitted curve. */
export function uslRate(fit: Pick<UslFit, 'lambda' | 'sigma' | 'kappa'>, n: number): number {
  return (fit.lambda * n) / (1 + fit.sigma * (n - 1) + fit.kappa * n * (n - 1));
}

/**
 * Least squares in N / X, which is linear in the three unknowns, weighted so that errors count as they
 * would in X. Null with fewer than four points, or when the curve fitted has no top.
 */
export function fitUsl(points: readonly CurvePoint[]): UslFit | null {
  const usable = points.filter(({ rate }) => rate > 0);
  if (usable.length < 4) return null;
  const solution = leastSquares(
    usable.map(({ concurrency: n, rate }) => ({
      x: [1, n - 1, n * (n - 1)],
      y: n / rate,
      weight: (rate ** 2 / n) ** 2,
    })),
  );
  if (solution === null) return null;
  const [inverse, contention, coherence] = solution;
  const fit = { lambda: 1 / inverse, sigma: contention / inverse, kappa: coherence / inverse };
  if (!(fit.lambda > 0 && fit.kappa > 0 && fit.sigma < 1)) return null;
  const knee = Math.sqrt((1 - fit.sigma) / fit.kappa);
  return { ...fit, knee, r2: explained(usable, (n) => uslRate(fit, n)) };
}

function explained(points: readonly CurvePoint[], predict: (n: number) => number): number {
  const mean = points.reduce((sum, { rate }) => sum + rate, 0) / points.length;
  let left = 0;
  let total = 0;
  for (const { concurrency, rate } of points) {
    left += (rate - predict(concurrency)) ** 2;
    total += (rate - mean) ** 2;
  }
  return total === 0 ? 0 : 1 - left / total;
}

type Triple = [number, number, number];
type Equation = [number, number, number, number];

interface Row {
  readonly x: Triple;
  readonly y: number;
  readonly weight: number;
}

/** Normal equations of three unknowns by elimination; null when they have no single solution. */
function leastSquares(rows: readonly Row[]): Triple | null {
  const sum = (value: (row: Row) => number) =>
    rows.reduce((total, row) => total + row.weight * value(row), 0);
  const equation = (i: 0 | 1 | 2): Equation => [
    sum(({ x }) => x[i] * x[0]),
    sum(({ x }) => x[i] * x[1]),
    sum(({ x }) => x[i] * x[2]),
    sum(({ x, y }) => x[i] * y),
  ];
  const system = [equation(0), equation(1), equation(2)];
  for (let column = 0; column < 3; column++) {
    const pivot = system[column] as Equation;
    const head = pivot[column] as number;
    if (!(Math.abs(head) > 1e-300)) return null;
    for (const other of system) {
      if (other === pivot) continue;
      const factor = (other[column] as number) / head;
      for (let at = 0; at < 4; at++)
        other[at] = (other[at] as number) - factor * (pivot[at] as number);
    }
  }
  const solution = system.map((row, at) => row[3] / (row[at] as number)) as Triple;
  return solution.every(Number.isFinite) ? solution : null;
}
