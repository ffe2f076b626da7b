import { Command } from 'commander';
import {
  addFlags,
  boolean,
  choice,
  defineOptions,
  duration,
  integer,
  list,
  option,
  optional,
  path,
  problem,
  type Resolution,
  resolveOptions,
  sameAs,
} from '../src/index.ts';

/** A table with one of everything, small enough to keep in mind. */
export const smallTable = defineOptions({
  environmentPrefix: 'SMALL_',
  ignoredVariables: [/^SMALL_OTHER_/],
  defaultFile: 'small.json',
  presets: {
    slow: { description: 'slow answers', values: { readTimeoutMs: 300_000 } },
    fast: { description: 'fast answers', values: { readTimeoutMs: 5_000, workers: 2 } },
  },
  conflicts: [
    ({ logFile, verbose }) =>
      logFile && verbose ? problem('conflict', 'here', 'a file cannot be verbose') : null,
  ],
  options: {
    readTimeoutMs: option({
      flag: '--read-timeout',
      scope: 'request',
      kind: duration(),
      default: 120_000,
      group: 'Timeouts',
      description: 'Longest silence',
    }),
    drainTimeoutMs: option({
      flag: '--drain-timeout',
      kind: duration(),
      default: sameAs('readTimeoutMs'),
      group: 'Timeouts',
      description: 'Longest drain',
    }),
    workers: option({
      flag: '--workers',
      scope: 'service',
      kind: integer({ min: 1, max: 64 }),
      default: 4,
      group: 'Work',
      description: 'Workers at once',
    }),
    names: option({
      flag: '--name',
      kind: list(choice(['ann', 'bob', 'eve'])),
      default: [],
      group: 'Work',
      description: 'Who works',
      word: /^[a-z]{3}$/,
    }),
    logFile: option({
      flag: '--log-file',
      kind: optional(path()),
      default: null,
      group: 'Logs',
      description: 'Log there',
    }),
    verbose: option({
      flag: '--verbose',
      kind: boolean(),
      default: false,
      group: 'Logs',
      description: 'Say more',
    }),
    accessLog: option({
      flag: '--access-log',
      kind: boolean(),
      default: true,
      group: 'Logs',
      description: 'Log one line a request',
    }),
  },
});

type SmallResolution = Resolution<(typeof smallTable)['options']>;

export function resolveSmall(
  argv: readonly string[],
  environment: Record<string, string> = {},
  cwd = '/nonexistent',
): SmallResolution {
  const command = new Command('small');
  const flags = addFlags(command, smallTable);
  command.parse(argv, { from: 'user' });
  return resolveOptions(smallTable, flags(), { environment, cwd });
}
