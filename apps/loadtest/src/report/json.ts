import type { LoadReport } from '@spillway/contracts';

/** The contract itself: what compare and merge read. */
export function renderJson(report: LoadReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
