import type { Outcome } from './outcomes.ts';

/** The codes of gRPC that responses made here have. */
export const grpcCodes = Object.freeze({
  OK: 0,
  CANCELLED: 1,
  DEADLINE_EXCEEDED: 4,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
});

export type GrpcStatus = keyof typeof grpcCodes;

/**
 * What clients of gRPC are told instead of an HTTP status. Clients try UNAVAILABLE again where they try at all;
 * RESOURCE_EXHAUSTED says that more attempts make it worse.
 */
export const grpcStatuses: Readonly<Record<Outcome, GrpcStatus>> = Object.freeze({
  ok: 'OK',
  upstream_error: 'UNAVAILABLE',
  connection_refused: 'UNAVAILABLE',
  dns_error: 'UNAVAILABLE',
  dns_timeout: 'UNAVAILABLE',
  connection_timeout: 'UNAVAILABLE',
  connection_terminated: 'UNAVAILABLE',
  http_protocol_error: 'INTERNAL',
  http_response_incomplete: 'UNAVAILABLE',
  connection_read_timeout: 'DEADLINE_EXCEEDED',
  http_response_timeout: 'DEADLINE_EXCEEDED',
  queue_full: 'RESOURCE_EXHAUSTED',
  queue_timeout: 'RESOURCE_EXHAUSTED',
  deadline_unreachable: 'DEADLINE_EXCEEDED',
  overloaded: 'RESOURCE_EXHAUSTED',
  displaced: 'RESOURCE_EXHAUSTED',
  key_limit: 'RESOURCE_EXHAUSTED',
  event_loop_overloaded: 'RESOURCE_EXHAUSTED',
  memory_overloaded: 'RESOURCE_EXHAUSTED',
  connections_overloaded: 'RESOURCE_EXHAUSTED',
  breaker_open: 'UNAVAILABLE',
  proxy_internal_error: 'INTERNAL',
  loop_detected: 'INTERNAL',
  draining: 'UNAVAILABLE',
  no_route: 'UNIMPLEMENTED',
  client_gone: 'CANCELLED',
  client_error: 'INTERNAL',
});
