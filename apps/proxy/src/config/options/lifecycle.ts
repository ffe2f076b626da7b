import { commandNames } from '@spillway/contracts';
import { boolean, duration, option, optional, path, sameAs } from '@spillway/options';

const timeout = duration({ minMs: 1 });

/** How it ends. */
export const lifecycleOptions = {
  drainTimeoutMs: option({
    flag: '--drain-timeout',
    kind: timeout,
    default: sameAs('readTimeoutMs'),
    group: 'Lifecycle',
    description:
      'How long requests in flight may finish after SIGTERM, SIGINT or an upgrade; at least --first-byte-timeout, unless set',
  }),
  pidFile: option({
    flag: '--pid-file',
    kind: optional(path()),
    default: null,
    group: 'Lifecycle',
    description: `File with the id of the process that serves; ${commandNames.proxy} upgrade needs it`,
  }),
  upgradeExec: option({
    flag: '--upgrade-exec',
    kind: optional(path()),
    default: null,
    group: 'Lifecycle',
    description: 'Node that runs the successor at an upgrade, instead of the path of this one',
  }),
  upgradeTimeoutMs: option({
    flag: '--upgrade-timeout',
    kind: timeout,
    default: 30_000,
    group: 'Lifecycle',
    description: 'How long the successor may take until it serves; beyond that the upgrade fails',
  }),
  watchConfig: option({
    flag: '--watch-config',
    kind: boolean(),
    default: false,
    group: 'Lifecycle',
    description: 'Reload whenever the configuration file changes, as SIGHUP does',
  }),
};
