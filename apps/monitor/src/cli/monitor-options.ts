import {
  adminTokenOptions,
  boolean,
  type ConfigOf,
  choice,
  defineOptions,
  duration,
  list,
  number,
  option,
  optional,
  path,
  type ResolvedOptions,
  text,
} from '@spillway/options';
import { monitorConflicts } from './monitor-conflicts.ts';
import { proxyUrl } from './value-kinds.ts';

const file = optional(path());

/** Every option of the monitor. Flags, file, environment, help and docs derive from it. */
export const monitorOptions = defineOptions({
  environmentPrefix: 'SPILLWAY_MONITOR_',
  ignoredVariables: [],
  defaultFile: 'monitor_config.json',
  presets: {
    incident: {
      description: 'looking closely while something is wrong',
      values: { intervalMs: 1_000, timeoutMs: 3_000 },
    },
    ci: {
      description: 'watching for a minute in a pipeline, failing on a warning',
      values: { intervalMs: 1_000, durationMs: 60_000, failOn: 'warning', color: false },
    },
  },
  conflicts: monitorConflicts,
  options: {
    url: option({
      flag: '--url',
      kind: list(proxyUrl()),
      default: ['http://localhost:8080'],
      group: 'What is watched',
      description: 'The proxy to watch; several are summed and shown apart',
      word: /:\/\//,
    }),
    service: option({
      flag: '--service',
      kind: optional(
        text({ placeholder: '<name>', allowed: 'the name of a service', read: (raw) => raw }),
      ),
      default: null,
      group: 'What is watched',
      description:
        'One service, where the proxy has several; otherwise all of them, summed and apart',
    }),
    intervalMs: option({
      flag: '--interval',
      kind: duration({ minMs: 100, maxMs: 3_600_000 }),
      default: 5_000,
      group: 'What is watched',
      description: 'Time from one poll to the next',
    }),
    timeoutMs: option({
      flag: '--timeout',
      kind: duration({ minMs: 10 }),
      default: 5_000,
      group: 'What is watched',
      description: 'Longest wait for an answer to a poll',
    }),
    ...adminTokenOptions('What is watched'),
    once: option({
      flag: '--once',
      kind: boolean(),
      default: false,
      group: 'How it ends',
      description: 'Print the state once and end; with --duration, after watching for so long',
    }),
    durationMs: option({
      flag: '--duration',
      kind: optional(duration({ minMs: 100 })),
      default: null,
      group: 'How it ends',
      description: 'End after so long',
    }),
    failOn: option({
      flag: '--fail-on',
      kind: optional(choice(['critical', 'warning', 'hint'])),
      default: null,
      group: 'How it ends',
      description:
        'End with 1 as soon as a finding is as grave as this; --once takes warning unless told otherwise',
    }),
    json: option({
      flag: '--json',
      kind: boolean(),
      default: false,
      group: 'What comes out',
      description: 'Print a line of JSON a poll instead of text',
    }),
    record: option({
      flag: '--record',
      kind: file,
      default: null,
      group: 'What comes out',
      description: 'Append every poll to this file, for --replay',
    }),
    replay: option({
      flag: '--replay',
      kind: file,
      default: null,
      group: 'What comes out',
      description: 'Show what was recorded instead of polling',
    }),
    speed: option({
      flag: '--speed',
      kind: optional(number({ min: 0.01, max: 10_000 })),
      default: null,
      group: 'What comes out',
      description:
        'Of --replay: 2 is twice as fast; none is as recorded on a screen, at once elsewhere',
    }),
    view: option({
      flag: '--view',
      kind: choice(['overview', 'upstreams', 'latency', 'raw', 'services']),
      default: 'overview',
      group: 'What comes out',
      description: 'What the screen begins with',
    }),
    captionFile: option({
      flag: '--caption-file',
      kind: file,
      default: null,
      group: 'What comes out',
      description: 'File whose first two lines stand above everything; read again every second',
    }),
    color: option({
      flag: '--color',
      kind: boolean(),
      default: true,
      group: 'What comes out',
      description: 'Colours on a terminal',
    }),
    ascii: option({
      flag: '--ascii',
      kind: boolean(),
      default: false,
      group: 'What comes out',
      description:
        'Draw with ASCII alone, as is done where the locale is not UTF-8 or TERM is linux or dumb',
    }),
  },
});

type MonitorOptions = (typeof monitorOptions)['options'];
export type MonitorConfig = ConfigOf<MonitorOptions>;
export type ResolvedMonitorOptions = ResolvedOptions<MonitorOptions>;
