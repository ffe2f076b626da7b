import type { MetricsSnapshot, Percentiles } from '@spillway/contracts';
import { formatCount, formatSeconds } from '@spillway/quantities';
import { type Column, Table } from './table.tsx';

interface Phase {
  readonly name: string;
  readonly values: Percentiles;
}

const seconds = (head: string, of: (values: Percentiles) => number | null): Column<Phase> => ({
  head,
  kind: 'number',
  cell: ({ values }) => formatSeconds(of(values)),
});

const columns: readonly Column<Phase>[] = [
  { head: 'Over the last minute', cell: ({ name }) => name },
  seconds('p50', ({ p50 }) => p50),
  seconds('p90', ({ p90 }) => p90),
  seconds('p95', ({ p95 }) => p95),
  seconds('p99', ({ p99 }) => p99),
  seconds('longest', ({ max }) => max),
  { head: 'requests', kind: 'number', cell: ({ values }) => formatCount(values.count) },
];

export function Latencies({ snapshot: { metrics } }: { snapshot: MetricsSnapshot }) {
  const phases: readonly Phase[] = [
    { name: 'Whole response', values: metrics.response_time },
    { name: 'Wait in the queue', values: metrics.queue_wait },
    { name: 'Connect', values: metrics.connect },
    { name: 'First byte', values: metrics.first_byte },
    { name: 'Body', values: metrics.body },
  ];
  return (
    <section class="card" aria-labelledby="latencies">
      <h2 id="latencies">Latency</h2>
      <Table caption="Latency by part" columns={columns} rows={phases} keyOf={({ name }) => name} />
    </section>
  );
}
