import type { AdmissionSnapshot, MetricsSnapshot, ServiceSnapshot } from '@spillway/contracts';

interface Sum
  extends Pick<MetricsSnapshot, 'paused' | 'drained' | 'limits' | 'admission' | 'upstreams'> {
  readonly gauges: Pick<
    MetricsSnapshot['metrics'],
    'queue_size' | 'available_slots' | 'held_permits' | 'circuit_open' | 'consecutive_failures'
  >;
}

/** Several services as one, for whoever looks at the whole: sums where a sum means something, else the worst. */
export function sumOfServices(services: Readonly<Record<string, ServiceSnapshot>>): Sum {
  const all = Object.values(services);
  const sum = (of: (one: ServiceSnapshot) => number) =>
    all.reduce((total, one) => total + of(one), 0);
  const paused = all.flatMap((one) => one.paused ?? []);
  return {
    paused: paused.length === 0 ? null : Math.max(...paused),
    drained: all.every(({ drained }) => drained),
    limits: {
      concurrent_requests: sum(({ limits }) => limits.concurrent_requests),
      queue_size: sum(({ limits }) => limits.queue_size),
    },
    admission: sumOfAdmissions(all.map(({ admission }) => admission)),
    upstreams: Object.entries(services).flatMap(([service, { upstreams }]) =>
      upstreams.map((upstream) => ({ ...upstream, service })),
    ),
    gauges: {
      queue_size: sum(({ metrics }) => metrics.queue_size),
      available_slots: sum(({ metrics }) => metrics.available_slots),
      held_permits: sum(({ metrics }) => metrics.held_permits ?? 0),
      circuit_open: all.every(({ metrics }) => metrics.circuit_open),
      consecutive_failures: Math.max(...all.map(({ metrics }) => metrics.consecutive_failures)),
    },
  };
}

function sumOfAdmissions(all: readonly AdmissionSnapshot[]): AdmissionSnapshot {
  const sum = (of: (one: AdmissionSnapshot) => number) =>
    all.reduce((total, one) => total + of(one), 0);
  const [first] = all as [AdmissionSnapshot];
  return {
    limit: {
      now: sum(({ limit }) => limit.now),
      configured: sumOrAuto(all.map(({ limit }) => limit.configured)),
      algorithm: all.find(({ limit }) => limit.algorithm !== 'fixed')?.limit.algorithm ?? 'fixed',
      // Told by service: a sum of limits doesn't move for one reason.
      last_change: null,
      stated_capacity: null,
    },
    order: {
      configured: first.order.configured,
      in_force: all.some(({ order }) => order.in_force === 'lifo') ? 'lifo' : 'fifo',
    },
    estimated_wait: Math.max(...all.map(({ estimated_wait }) => estimated_wait)),
    abandoned: sum(({ abandoned }) => abandoned),
    refusals: sumOfRecords(all.map(({ refusals }) => refusals)),
    classes: sumOfClasses(all.flatMap(({ classes }) => classes)),
    keys: sum(({ keys }) => keys),
    // The process sheds, whatever the service.
    shedding: first.shedding,
    ramp: Math.min(...all.map(({ ramp }) => ramp)),
    retry_budget: {
      tokens: null,
      retrying: sum(({ retry_budget }) => retry_budget.retrying),
      refused: sum(({ retry_budget }) => retry_budget.refused),
    },
  };
}

const sumOrAuto = (limits: readonly (number | 'auto')[]): number | 'auto' => {
  let sum = 0;
  for (const limit of limits) {
    if (limit === 'auto') return limit;
    sum += limit;
  }
  return sum;
};

function sumOfRecords<Key extends string>(
  records: readonly Readonly<Record<Key, number>>[],
): Record<Key, number> {
  const sums = {} as Record<Key, number>;
  for (const record of records) {
    for (const key of Object.keys(record) as Key[]) sums[key] = (sums[key] ?? 0) + record[key];
  }
  return sums;
}

type ClassSnapshot = AdmissionSnapshot['classes'][number];

function sumOfClasses(classes: readonly ClassSnapshot[]): ClassSnapshot[] {
  const byName = new Map<string, ClassSnapshot>();
  for (const one of classes) {
    const known = byName.get(one.name) ?? { name: one.name, reserved: 0, in_flight: 0, queued: 0 };
    byName.set(one.name, {
      name: one.name,
      reserved: known.reserved + one.reserved,
      in_flight: known.in_flight + one.in_flight,
      queued: known.queued + one.queued,
    });
  }
  return [...byName.values()];
}
