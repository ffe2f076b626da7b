import type { LoadReport } from '@spillway/contracts';

interface BenchmarkEntry {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly extra?: string;
}

const percentiles = [
  ['p50', 'p50'],
  ['p95', 'p95'],
  ['p99', 'p99'],
  ['p99.9', 'p999'],
] as const;

/**
 * For benchmark-action/github-action-benchmark with tool `customSmallerIsBetter`: so the rate stands
 * as the time that a good answer costs.
 */
export function renderBenchmarkJson(report: LoadReport): string {
  const { latency, rates, success_rate, counts } = report;
  const ms = percentiles.flatMap(([label, name]): BenchmarkEntry[] => {
    const seconds = latency.good[name];
    return seconds === null ? [] : [entry(`latency ${label}`, 'ms', seconds * 1_000)];
  });
  const perOk = rates.ok_per_second > 0 ? 1e6 / rates.ok_per_second : null;
  const entries: BenchmarkEntry[] = [
    ...ms,
    ...(perOk === null
      ? []
      : [{ ...entry('time per good answer', 'µs', perOk), extra: `${rates.ok_per_second}/s` }]),
    ...(counts.sent === 0 ? [] : [entry('errors', '%', 100 - success_rate)]),
  ];
  return `${JSON.stringify(entries, null, 2)}\n`;
}

function entry(name: string, unit: string, value: number): BenchmarkEntry {
  return { name, unit, value: Number(value.toFixed(3)) };
}
