import type { Outcome } from '@spillway/contracts';
import { commandNames } from '@spillway/contracts';

/** Why a request was not let in, as the proxy stood when it ended. */
export const refusals: Readonly<Partial<Record<Outcome, (queueLimit: number) => string>>> = {
  no_route: () =>
    `Refused: no route takes it ("${commandNames.proxy} routes URL" says why each does not).`,
  queue_full: (queueLimit) =>
    queueLimit === 0
      ? 'Refused: every permit was taken, and nobody may wait (--max-queue-size 0).'
      : `Refused: ${queueLimit} were waiting already (--max-queue-size).`,
  queue_timeout: () => 'Refused: no permit came free in time (--queue-timeout).',
  deadline_unreachable: () =>
    'Refused: by the line before it, its turn would have come too late for its deadline or --queue-timeout.',
  overloaded: () =>
    'Refused: the upstream could not keep up, and it had waited for more than a moment (--queue-order adaptive).',
  displaced: () => 'Refused: its place in the queue went to a request with more right to it.',
  key_limit: () => 'Refused: its key had as many requests at once as one may have (--max-per-key).',
  event_loop_overloaded: () =>
    'Refused: the proxy was out of processor time (--shed-event-loop-delay).',
  memory_overloaded: () => 'Refused: the proxy was short of memory (--shed-memory).',
  connections_overloaded: () =>
    'Refused: clients had about as many connections open as they may have (--max-client-connections).',
  breaker_open: () => 'Refused: after failures, the breaker of no upstream let a request through.',
  draining: () => 'Refused: the proxy was shutting down.',
};
