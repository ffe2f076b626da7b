import { boolean, choice, option, optional, path } from '@spillway/options';

/** What is written where. */
export const logsOptions = {
  logLevel: option({
    flag: '--log-level',
    kind: choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    default: 'info',
    group: 'Logs',
    description: 'Least level that is logged',
  }),
  logFormat: option({
    flag: '--log-format',
    kind: choice(['auto', 'pretty', 'json']),
    default: 'auto',
    group: 'Logs',
    description: 'auto is pretty on a terminal and JSON elsewhere',
  }),
  logFile: option({
    flag: '--log-file',
    kind: optional(path()),
    default: null,
    group: 'Logs',
    description: 'Log there instead of to standard output; reopened on SIGHUP and SIGUSR1',
  }),
  accessLog: option({
    flag: '--access-log',
    kind: boolean(),
    default: true,
    group: 'Logs',
    description: 'Log one line a request',
  }),
};
