import type { LoadReport } from '@spillway/contracts';

/** The contract itself, what compare and merge read: one report, or an array of --repeat. */
export function renderJson(report: LoadReport, runs: readonly LoadReport[] = [report]): string {
  return `${JSON.stringify(runs.length > 1 ? runs : report, null, 2)}\n`;
}
