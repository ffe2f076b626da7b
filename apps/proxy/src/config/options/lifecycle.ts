import { boolean, duration, option, sameAs } from '@spillway/options';

const timeout = duration({ minMs: 1 });

/** How it ends. */
export const lifecycleOptions = {
  drainTimeoutMs: option({
    flag: '--drain-timeout',
    kind: timeout,
    default: sameAs('readTimeoutMs'),
    group: 'Lifecycle',
    description:
      'How long requests in flight may finish after SIGTERM or SIGINT; at least --first-byte-timeout, unless set',
  }),
  watchConfig: option({
    flag: '--watch-config',
    kind: boolean(),
    default: false,
    group: 'Lifecycle',
    description: 'Reload whenever the configuration file changes, as SIGHUP does',
  }),
};
