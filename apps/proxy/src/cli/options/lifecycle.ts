import { duration, option, sameAs } from '@spillway/options';

const timeout = duration({ minMs: 1 });

/** How it ends. */
export const lifecycleOptions = {
  drainTimeoutMs: option({
    flag: '--drain-timeout',
    kind: timeout,
    default: sameAs('readTimeoutMs'),
    group: 'Lifecycle',
    description: 'How long requests in flight may finish after SIGTERM or SIGINT',
  }),
};
