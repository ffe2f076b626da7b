import type { MetricsSnapshot, UpstreamSnapshot } from '@spillway/contracts';
import { formatCount, formatSeconds } from '@spillway/quantities';
import { type Column, Table } from './table.tsx';

const columns: readonly Column<UpstreamSnapshot>[] = [
  { head: 'Upstream', cell: ({ url }) => url },
  { head: 'Breaker', cell: ({ breaker }) => <Breaker breaker={breaker} /> },
  {
    head: 'In a row failed',
    kind: 'number',
    cell: ({ breaker }) => formatCount(breaker.consecutive_failures),
  },
  { head: 'Opened', kind: 'number', cell: ({ breaker }) => formatCount(breaker.opened_total) },
  { head: 'Requests', kind: 'number', cell: ({ active }) => formatCount(active) },
  {
    head: 'Connections',
    kind: 'number',
    cell: ({ connections: { open, idle, connecting, waiting } }) =>
      [
        `${formatCount(open)} open, ${formatCount(idle)} idle`,
        ...(connecting > 0 ? [`${formatCount(connecting)} connecting`] : []),
        ...(waiting > 0 ? [`${formatCount(waiting)} waited for`] : []),
      ].join(', '),
  },
  { head: 'First byte p50', kind: 'number', cell: (u) => formatSeconds(u.first_byte.p50) },
  { head: 'p95', kind: 'number', cell: (u) => formatSeconds(u.first_byte.p95) },
  { head: 'p99', kind: 'number', cell: (u) => formatSeconds(u.first_byte.p99) },
];

const serviceColumn: Column<UpstreamSnapshot> = {
  head: 'Service',
  cell: ({ service }) => service ?? '–',
};

export function Upstreams({ snapshot }: { snapshot: MetricsSnapshot }) {
  const isSeveral = snapshot.upstreams.some(({ service }) => service !== undefined);
  return (
    <section class="card wide" aria-labelledby="upstreams">
      <h2 id="upstreams">Upstreams</h2>
      <Table
        caption="Upstreams"
        columns={isSeveral ? [...columns, serviceColumn] : columns}
        rows={snapshot.upstreams}
        keyOf={({ url, service = '' }) => `${service} ${url}`}
      />
    </section>
  );
}

const states = {
  closed: { word: 'closed', sign: '✓', tone: 'fine' },
  half_open: { word: 'probing', sign: '?', tone: 'warning' },
  open: { word: 'open', sign: '✕', tone: 'critical' },
} as const;

function Breaker({ breaker }: { breaker: UpstreamSnapshot['breaker'] }) {
  const { word, sign, tone } = states[breaker.state];
  return (
    <span class={`state ${tone}`}>
      <span aria-hidden="true">{sign}</span> {word}
      {breaker.retry_in > 0 && `, probe in ${formatSeconds(Math.ceil(breaker.retry_in))}`}
    </span>
  );
}
