import {
  type LoadReport,
  type MetricsSnapshot,
  type Outcome,
  outcomeNames,
  outcomes,
} from '@spillway/contracts';

export type ClientCounts = LoadReport['counts'];

type Counter = {
  [Name in keyof MetricsSnapshot['metrics']]: MetricsSnapshot['metrics'][Name] extends number
    ? Name
    : never;
}[keyof MetricsSnapshot['metrics']];

/** One number that client and proxy both have. */
export interface ComparedCount {
  readonly what: string;
  readonly client: (counts: ClientCounts) => number;
  readonly proxy: { readonly counter: Counter } | { readonly outcome: Outcome };
  /** What it means when a side counts more than can be unsure. */
  readonly proxyMore: string;
  readonly clientMore: string;
}

const others = 'others used the proxy at the same time';
const hidden = 'something in between removes Proxy-Status or repeats requests';
const neverArrived = 'answered or lost before the proxy, by something in between';

export const comparedCounts: readonly ComparedCount[] = [
  {
    what: 'requests',
    // What could not be sent for want of something here has not been anywhere.
    client: ({ sent, outcomes: ended }) => sent - ended.local,
    proxy: { counter: 'total_requests' },
    proxyMore: others,
    clientMore: neverArrived,
  },
  {
    // An upstream's 4xx is a success to the proxy, its own is not.
    what: 'successful',
    client: (counts) => counts.outcomes.ok + answers(counts, 4) - named(counts, 'client_error'),
    proxy: { counter: 'successful_requests' },
    proxyMore: others,
    clientMore: neverArrived,
  },
  {
    what: 'failed',
    client: (counts) =>
      answers(counts, 5) + named(counts, 'client_error') + counts.outcomes.truncated,
    proxy: { counter: 'failed_requests' },
    proxyMore: `${others}, or the client could not see a failure`,
    clientMore: neverArrived,
  },
  {
    what: 'client gone',
    client: givenUp,
    proxy: { counter: 'client_aborted' },
    proxyMore: 'other clients left, or something in between gives up sooner than this client',
    clientMore: 'something in between keeps requests that this client gave up',
  },
  {
    what: 'refused by the queue',
    client: (counts) => namedOf(counts, (name) => outcomes[name].queueRejected),
    proxy: { counter: 'queue_rejected' },
    proxyMore: `others were refused, or ${hidden}`,
    clientMore: 'another Spillway in between refused',
  },
  {
    what: 'timeouts at the upstream',
    client: (counts) => namedOf(counts, (name) => outcomes[name].timeout),
    proxy: { counter: 'timeout_requests' },
    proxyMore: `others timed out, or ${hidden}`,
    clientMore: 'another Spillway in between timed out',
  },
  ...outcomeNames.filter(isToldApart).map(
    (outcome): ComparedCount => ({
      what: outcome,
      client: (counts) => named(counts, outcome),
      proxy: { outcome },
      proxyMore: `${others}, or ${hidden}`,
      clientMore: 'another Spillway in between said so',
    }),
  ),
];

/** Requests that the client did not wait for to the end. */
export function givenUp({ outcomes: ended }: ClientCounts): number {
  return ended.timeout + ended.unfinished;
}

/** Outcomes that Proxy-Status names to the client, and that no other row holds. */
function isToldApart(name: Outcome): boolean {
  const { proxyStatusError, status, queueRejected, timeout } = outcomes[name];
  return proxyStatusError !== null && status !== null && !queueRejected && !timeout;
}

const named = (counts: ClientCounts, outcome: Outcome) => counts.proxy_outcomes[outcome] ?? 0;

function namedOf(counts: ClientCounts, isMeant: (name: Outcome) => boolean): number {
  return outcomeNames.filter(isMeant).reduce((sum, name) => sum + named(counts, name), 0);
}

/** Answers of a class of statuses, such as 5 for 5xx. */
function answers({ statuses }: ClientCounts, statusClass: number): number {
  return Object.entries(statuses).reduce(
    (sum, [status, count]) => sum + (Math.floor(Number(status) / 100) === statusClass ? count : 0),
    0,
  );
}
