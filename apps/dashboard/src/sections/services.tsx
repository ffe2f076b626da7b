import {
  type Finding,
  type Health,
  type MetricsSnapshot,
  type ServiceSnapshot,
  serviceNames,
} from '@spillway/contracts';
import { formatCount, formatRate, formatSeconds } from '@spillway/quantities';
import { changedHash, openHash } from '../address/use-page-hash.ts';
import { type ServiceRow, serviceRows } from '../figures/service-rows.ts';
import { type Column, Table } from './table.tsx';

const ofLimit = (now: number, limit: number): string =>
  `${formatCount(now)} of ${formatCount(limit)}`;

const columns: readonly Column<ServiceRow>[] = [
  { head: 'Service', cell: ({ name }) => <a href={changedHash({ service: name })}>{name}</a> },
  { head: 'Status', cell: ({ service }) => <Status status={service.status} /> },
  {
    head: 'In flight',
    kind: 'number',
    cell: ({ inFlight, service }) => ofLimit(inFlight, service.limits.concurrent_requests),
  },
  {
    head: 'Queue',
    kind: 'number',
    cell: ({ service: { metrics, limits } }) => ofLimit(metrics.queue_size, limits.queue_size),
  },
  {
    head: 'Requests',
    kind: 'number',
    cell: ({ service }) => `${formatRate(service.metrics.rates.requests['10s'])}/s`,
  },
  {
    head: 'Failed',
    kind: 'number',
    cell: ({ service }) => `${formatRate(service.metrics.rates.failures['10s'])}/s`,
  },
  {
    head: 'p95',
    kind: 'number',
    cell: ({ service }) => formatSeconds(service.metrics.response_time.p95),
  },
  {
    head: 'Targets',
    cell: ({ targets: { words, tone } }) => <span class={`state ${tone}`}>{words}</span>,
  },
  {
    head: 'Worst finding',
    kind: 'sentence',
    cell: ({ worst }) => (worst === null ? '–' : <Worst finding={worst} />),
  },
];

const statuses = {
  healthy: { sign: '✓', tone: 'fine' },
  degraded: { sign: '!', tone: 'warning' },
  unhealthy: { sign: '✕', tone: 'critical' },
} as const;

function Status({ status }: Pick<ServiceSnapshot, 'status'>) {
  const { sign, tone } = statuses[status];
  return (
    <span class={`state ${tone}`}>
      <span aria-hidden="true">{sign}</span> {status}
    </span>
  );
}

const Worst = ({ finding: { severity, symptom } }: { finding: Finding }) => (
  <span class={`state ${severity}`}>{symptom}</span>
);

interface ServicesProps {
  readonly snapshot: MetricsSnapshot;
  /** Null until the proxy told it. */
  readonly health: Health | null;
}

/** A row a service, those in trouble first. */
export function Services({ snapshot, health }: ServicesProps) {
  return (
    <section class="card" aria-labelledby="services">
      <h2 id="services">Services</h2>
      <Table
        caption="Services"
        columns={columns}
        rows={serviceRows(snapshot, health?.findings ?? [])}
        keyOf={({ name }) => name}
      />
    </section>
  );
}

interface ServiceChoiceProps {
  readonly snapshot: MetricsSnapshot;
  readonly value: string | null;
}

/** Which service the page shows; nothing where there is only one. */
export function ServiceChoice({ snapshot, value }: ServiceChoiceProps) {
  const names = serviceNames(snapshot);
  if (names.length === 0 && value === null) return null;
  const isGone = value !== null && !names.includes(value);
  return (
    <div class="service-choice">
      <label for="service">Service</label>
      <select
        id="service"
        value={value ?? ''}
        onChange={({ currentTarget }) => openHash({ service: currentTarget.value || null })}
      >
        <option value="">all services</option>
        {isGone && <option value={value}>{value}</option>}
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      {isGone && <p class="note">The proxy has no service {value}.</p>}
    </div>
  );
}
