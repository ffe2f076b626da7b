/**
 * How a request ended. One closed set: the log line, the JSON counters, the Prometheus label and the
 * Proxy-Status field all speak it, and this table is the only place that maps an outcome to a status.
 */

/** Who is counted for an outcome: `total = successful + failed + client_aborted + active + queued`. */
export type OutcomeClass = 'success' | 'failure' | 'client_gone';

/**
 * When another attempt is safe (RFC 9110 section 9.2.2):
 * `any_method`: nothing was sent. `unsent`: if no byte of the request was written. `idempotent`: only if the
 * method is idempotent.
 * `idempotent_or_unsent`: or if no byte of the request was written.
 * `opt_in`: idempotent and asked for with --retry-on-timeout. `never`: not at all.
 */
export type RetrySafety =
  | 'any_method'
  | 'unsent'
  | 'idempotent'
  | 'idempotent_or_unsent'
  | 'opt_in'
  | 'never';

/**
 * What an attempt that ends so says about how many requests the targets take, for the limit that is found. `dropped`: it
 * was one too many. `by_duration`: only when the attempt took long. `ignored`: nothing.
 */
export type LimitSample = 'by_status' | 'by_duration' | 'dropped' | 'ignored';

/** What turned a request away, without an attempt or without another one. */
export type Refuser = 'queue' | 'key_limit' | 'self_protection' | 'breaker';

export interface OutcomeRule {
  /** Status of the answer made here; null when the upstream's own is relayed or none can be sent. */
  readonly status: number | null;
  /** RFC 9209 section 2.3 error type; null when the answer is not ours. */
  readonly proxyStatusError: string | null;
  readonly class: OutcomeClass;
  /** Counted in `timeout_requests`, a part of the failed ones. */
  readonly timeout: boolean;
  /** Counted in `queue_rejected`, a part of the failed ones. */
  readonly queueRejected: boolean;
  /** Null: it may end an attempt, as also `draining` does. */
  readonly refusedBy: Refuser | null;
  /**
   * Whether it counts against the upstream's breaker. 5xx count by status instead; a response that came, in
   * HTTP, but can't be relayed is that of one URL and says nothing of the others (`unless_unrelayable`).
   */
  readonly breakerFailure: boolean | 'by_status' | 'unless_unrelayable';
  readonly retry: RetrySafety;
  readonly sample: LimitSample;
  /** Title of the problem+json answer (RFC 9457), for people. */
  readonly title: string;
}

const rule = (
  status: number | null,
  proxyStatusError: string | null,
  title: string,
  more: Partial<OutcomeRule> = {},
): OutcomeRule =>
  Object.freeze({
    status,
    proxyStatusError,
    title,
    class: 'failure',
    timeout: false,
    queueRejected: false,
    refusedBy: null,
    breakerFailure: false,
    retry: 'never',
    sample: 'ignored',
    ...more,
  } satisfies OutcomeRule);

const refusal = <By extends Refuser>(
  refusedBy: By,
  proxyStatusError: string,
  title: string,
  status = 503,
): OutcomeRule & { readonly refusedBy: By } =>
  Object.freeze({
    ...rule(status, proxyStatusError, title, { queueRejected: refusedBy === 'queue' }),
    refusedBy,
  });

/** The upstream could not be used; its breaker hears of it. */
const upstreamFault = (retry: RetrySafety, timeout = false): Partial<OutcomeRule> => ({
  breakerFailure: true,
  retry,
  timeout,
});

export const outcomes = Object.freeze({
  ok: rule(null, null, 'OK', { class: 'success', sample: 'by_status' }),
  upstream_error: rule(null, null, 'Upstream error', {
    breakerFailure: 'by_status',
    retry: 'idempotent',
    sample: 'by_status',
  }),
  connection_refused: rule(502, 'connection_refused', 'Upstream refused the connection', {
    ...upstreamFault('any_method'),
  }),
  dns_error: rule(502, 'dns_error', 'Upstream name not found', upstreamFault('any_method')),
  dns_timeout: rule(504, 'dns_timeout', 'Upstream name lookup timed out', {
    ...upstreamFault('any_method', true),
  }),
  connection_timeout: rule(504, 'connection_timeout', 'Connecting to the upstream timed out', {
    ...upstreamFault('any_method', true),
    sample: 'dropped',
  }),
  connection_terminated: rule(502, 'connection_terminated', 'Upstream closed the connection', {
    ...upstreamFault('idempotent_or_unsent'),
  }),
  http_protocol_error: rule(502, 'http_protocol_error', 'Upstream response cannot be relayed', {
    breakerFailure: 'unless_unrelayable',
  }),
  http_response_incomplete: rule(null, 'http_response_incomplete', 'Upstream answer broke off', {
    breakerFailure: 'unless_unrelayable',
  }),
  connection_read_timeout: rule(504, 'connection_read_timeout', 'Upstream was silent too long', {
    ...upstreamFault('opt_in', true),
    sample: 'dropped',
  }),
  http_response_timeout: rule(504, 'http_response_timeout', 'Request took too long', {
    timeout: true,
    sample: 'by_duration',
  }),
  queue_full: refusal('queue', 'connection_limit_reached', 'Queue is full'),
  queue_timeout: refusal('queue', 'connection_limit_reached', 'Waited too long in the queue'),
  deadline_unreachable: refusal('queue', 'connection_limit_reached', 'Cannot be served in time'),
  overloaded: refusal(
    'queue',
    'connection_limit_reached',
    'More is asked than the upstream can do',
  ),
  displaced: refusal('queue', 'connection_limit_reached', 'Gave way to others in the queue'),
  key_limit: refusal(
    'key_limit',
    'connection_limit_reached',
    'Too many requests of one key at once',
    429,
  ),
  event_loop_overloaded: refusal(
    'self_protection',
    'proxy_internal_error',
    'Proxy is out of processor time',
  ),
  memory_overloaded: refusal('self_protection', 'proxy_internal_error', 'Proxy is out of memory'),
  connections_overloaded: refusal(
    'self_protection',
    'connection_limit_reached',
    'Proxy has too many connections',
  ),
  breaker_open: refusal('breaker', 'destination_unavailable', 'Upstream is resting after failures'),
  // Out of descriptors, ports or memory; a mistake of ours has a status of its own, below.
  proxy_internal_error: rule(503, 'proxy_internal_error', 'Proxy could not do its part', {
    retry: 'unsent',
  }),
  loop_detected: rule(502, 'proxy_loop_detected', 'Request came back to this proxy'),
  draining: rule(503, 'destination_unavailable', 'Proxy is shutting down'),
  no_route: rule(404, 'http_request_error', 'No route'),
  client_gone: rule(499, null, 'Client left', { class: 'client_gone' }),
  client_error: rule(400, 'http_request_error', 'Bad request'),
} as const satisfies Record<string, OutcomeRule>);

export type Outcome = keyof typeof outcomes;

export const outcomeNames = Object.freeze(Object.keys(outcomes) as Outcome[]);

type RefusedBy<By extends Refuser> = {
  [Name in Outcome]: (typeof outcomes)[Name]['refusedBy'] extends By ? Name : never;
}[Outcome];

export const refusedBy = <By extends Refuser>(by: By) =>
  outcomeNames.filter((name): name is RefusedBy<By> => outcomes[name].refusedBy === by);

/** Status of a `proxy_internal_error` that waiting does not mend: a mistake of ours. */
export const mistakeStatus = 500;

/** Statuses that count against the breaker when the upstream sends them. */
export const breakerFailureStatuses: ReadonlySet<number> = new Set([502, 503, 504]);
