import type {
  Finding,
  FindingSeverity,
  MetricsSnapshot,
  ServiceSnapshot,
} from '@spillway/contracts';
import type { Tone } from './tile.ts';

/** What the table of services shows of one. */
export interface ServiceRow {
  readonly name: string;
  readonly service: ServiceSnapshot;
  readonly inFlight: number;
  readonly targets: { readonly words: string; readonly tone: Tone };
  /** Of its own; what is about the process is no fault of one service. */
  readonly worst: Finding | null;
}

const severities: readonly FindingSeverity[] = ['critical', 'warning', 'hint'];

/** Those in trouble first, the others in the order of the file. */
export function serviceRows(
  { services = {} }: Pick<MetricsSnapshot, 'services'>,
  findings: readonly Finding[],
): ServiceRow[] {
  // The worst comes first.
  const worst = new Map<string | undefined, Finding>();
  for (const finding of findings) {
    if (!worst.has(finding.service)) worst.set(finding.service, finding);
  }
  return Object.entries(services)
    .map(([name, service]) => ({
      name,
      service,
      inFlight: Math.max(0, service.limits.concurrent_requests - service.metrics.available_slots),
      targets: targetsOf(service),
      worst: worst.get(name) ?? null,
    }))
    .sort((a, b) => troubleOf(a) - troubleOf(b));
}

const states = [
  ['open', 'open', 'critical'],
  ['half_open', 'probing', 'warning'],
] as const;

/** Those of which the breaker is not closed, or that all are. */
function targetsOf({ upstreams }: ServiceSnapshot): ServiceRow['targets'] {
  for (const [state, word, tone] of states) {
    const count = upstreams.filter(({ breaker }) => breaker.state === state).length;
    if (count > 0) return { words: `${count} of ${upstreams.length} ${word}`, tone };
  }
  return { words: `${upstreams.length} closed`, tone: 'fine' };
}

/** The lower, the graver: findings by severity, then what has no finding yet but is not well. */
function troubleOf({ worst, service }: ServiceRow): number {
  const bySeverity = worst === null ? severities.length : severities.indexOf(worst.severity);
  return 3 * bySeverity + ['unhealthy', 'degraded', 'healthy'].indexOf(service.status);
}
