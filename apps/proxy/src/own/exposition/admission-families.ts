import { type AdmissionSnapshot, refusalReasonSchema } from '@spillway/contracts';
import {
  counter,
  counters,
  type Family,
  gauge,
  gauges,
  type MetricsSource,
  stateOf,
} from './family.ts';

/** What decides who gets a permit, and who is turned away. */
export const admissionFamilies: readonly Family[] = [
  gauges(
    'spillway_concurrency_limit_min',
    [],
    'Least that the limit goes down to (--auto-min); only where it is auto.',
    ({ service }) => (service.limitTuner === null ? [] : [[[], service.settings.autoMin]]),
  ),
  gauges(
    'spillway_concurrency_limit_max',
    [],
    'Most that the limit goes up to (--auto-max); only where it is auto.',
    ({ service }) => (service.limitTuner === null ? [] : [[[], service.settings.autoMax]]),
  ),
  gauge(
    'spillway_permits_abandoned',
    'Permits held for requests that were given up while the upstream may still work on them.',
    of(({ abandoned }) => abandoned),
  ),
  gauge(
    'spillway_estimated_wait_seconds',
    'How long a request would wait for its permit if it came now.',
    of(({ estimated_wait }) => estimated_wait),
  ),
  gauges(
    'spillway_queue_order',
    ['order'],
    'Order in force: 1 for fifo or for lifo (while overloaded), 0 for the other.',
    of(({ order }) => stateOf(['fifo', 'lifo'], order.in_force)),
  ),
  counters(
    'spillway_refusals_total',
    ['reason'],
    'Permits refused, at arrival or after waiting, retries included.',
    of(({ refusals }) =>
      refusalReasonSchema.options.map((reason) => [[reason], refusals[reason]] as const),
    ),
  ),
  gauges(
    'spillway_class_active',
    ['class'],
    'Permits held, by class.',
    eachClass(({ in_flight }) => in_flight),
  ),
  gauges(
    'spillway_class_queued',
    ['class'],
    'Requests waiting for a permit, by class.',
    eachClass(({ queued }) => queued),
  ),
  gauges(
    'spillway_class_reserved',
    ['class'],
    'Permits that no other class may take.',
    eachClass(({ reserved }) => reserved),
  ),
  gauge(
    'spillway_keys',
    'Keys known (--fairness-key).',
    of(({ keys }) => keys),
  ),
  gauge(
    'spillway_ramp_ratio',
    'Share of the new requests let in: below 1 for a while after a breaker has closed.',
    of(({ ramp }) => ramp),
  ),
  gauges(
    'spillway_retry_budget_tokens',
    [],
    'Retries that the budget has left; none shown where it bounds only those at once.',
    of(({ retry_budget: { tokens } }) => (tokens === null ? [] : [[[], tokens] as const])),
  ),
  gauge(
    'spillway_retries_active',
    'Retries under way.',
    of(({ retry_budget }) => retry_budget.retrying),
  ),
  counter(
    'spillway_retries_refused_total',
    'Retries that the budget refused.',
    of(({ retry_budget }) => retry_budget.refused),
  ),
];

function of<Value>(read: (admission: AdmissionSnapshot) => Value) {
  return ({ snapshot }: MetricsSource): Value => read(snapshot.admission);
}

function eachClass(value: (one: AdmissionSnapshot['classes'][number]) => number) {
  return of(({ classes }) => classes.map((one) => [[one.name], value(one)] as const));
}
