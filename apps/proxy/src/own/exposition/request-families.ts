import { healthStatusSchema } from '@spillway/contracts';
import { counter, counters, type Family, gauge, gauges, histogram, stateOf } from './family.ts';

/** What clients asked for, and how it ended. */
export const requestFamilies: readonly Family[] = [
  counters(
    'spillway_requests_total',
    ['outcome'],
    'Finished requests by outcome.',
    ({ snapshot }) =>
      Object.entries(snapshot.metrics.outcomes).map(([outcome, count]) => [[outcome], count]),
  ),
  gauges(
    'spillway_service_health',
    ['status'],
    'How a service is: 1 for the status it is in, 0 for the others; shown where there are several services.',
    ({ snapshot }) =>
      snapshot.services === undefined ? [] : stateOf(healthStatusSchema.options, snapshot.status),
  ),
  gauge(
    'spillway_requests_active',
    'Requests admitted and not finished.',
    ({ snapshot }) => snapshot.metrics.active_requests,
  ),
  histogram(
    'spillway_response_seconds',
    'From the request to the flushed answer, whatever the outcome; tunnels left out.',
    ({ service }) => service.traffic.responseSeconds,
  ),
  counter(
    'spillway_retries_total',
    'Attempts after the first of a request.',
    ({ snapshot }) => snapshot.metrics.retries,
  ),
  counter(
    'spillway_received_bytes_total',
    'Content received from clients.',
    ({ snapshot }) => snapshot.metrics.bytes_received,
  ),
  counter(
    'spillway_sent_bytes_total',
    'Content sent to clients.',
    ({ snapshot }) => snapshot.metrics.bytes_sent,
  ),
];
