import type { LoadReport } from '@spillway/contracts';

const columns = ['second', 'sent', 'ok', 'failed', 'in_flight', 'p50', 'p95', 'p99'] as const;

/** A line a second, RFC 4180; latencies in seconds, empty where no good answer ended. */
export function renderCsv({ seconds }: LoadReport): string {
  const rows = seconds.map((second) => columns.map((column) => second[column] ?? '').join(','));
  return [columns.join(','), ...rows].map((line) => `${line}\r\n`).join('');
}
