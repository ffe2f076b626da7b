import type { Outcome } from '@spillway/contracts';

/** Why a request was not let in, as the proxy stood when it ended. */
export const refusals: Readonly<Partial<Record<Outcome, (queueLimit: number) => string>>> = {
  queue_full: (queueLimit) =>
    queueLimit === 0
      ? 'Refused: every permit was taken, and nobody may wait (--max-queue-size 0).'
      : `Refused: ${queueLimit} were waiting already (--max-queue-size).`,
  queue_timeout: () => 'Refused: no permit came free in time (--queue-timeout).',
  deadline_unreachable: () => 'Refused: by the line before it, it could not be served in time.',
  overloaded: () =>
    'Refused: the upstream could not keep up, and it had waited for more than a moment.',
  displaced: () => 'Refused: its place in the queue went to a request with more right to it.',
  key_limit: () => 'Refused: its key had as many requests at once as one may have.',
  event_loop_overloaded: () => 'Refused: the proxy was out of processor time.',
  memory_overloaded: () => 'Refused: the proxy was short of memory.',
  connections_overloaded: () => 'Refused: the proxy had as many connections as it may have.',
  breaker_open: () => 'Refused: after failures, the breaker of no upstream let a request through.',
  draining: () => 'Refused: the proxy was shutting down.',
};
