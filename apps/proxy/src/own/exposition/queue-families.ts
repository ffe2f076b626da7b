import { type Family, gauge, histogram } from './family.ts';

/** Permits and the line in front of them. */
export const queueFamilies: readonly Family[] = [
  gauge(
    'spillway_concurrency_limit',
    'Permits at once, in force now.',
    ({ snapshot }) => snapshot.limits.concurrent_requests,
  ),
  gauge(
    'spillway_slots_available',
    'Free permits.',
    ({ snapshot }) => snapshot.metrics.available_slots,
  ),
  gauge(
    'spillway_queue_limit',
    'Places in the queue.',
    ({ snapshot }) => snapshot.limits.queue_size,
  ),
  gauge(
    'spillway_queue_size',
    'Requests waiting for a permit.',
    ({ snapshot }) => snapshot.metrics.queue_size,
  ),
  gauge(
    'spillway_paused',
    '1 while it is paused: requests wait until it is resumed.',
    ({ snapshot }) => Number(snapshot.paused !== null),
  ),
  gauge('spillway_drained', '1 while it is drained: new requests are refused.', ({ snapshot }) =>
    Number(snapshot.drained),
  ),
  histogram(
    'spillway_queue_wait_seconds',
    'Waiting for a permit, of requests that got one.',
    ({ service }) => service.traffic.queueSeconds,
  ),
];
