import {
  boolean,
  type ConfigOf,
  choice,
  defineOptions,
  duration,
  integer,
  list,
  number,
  option,
  optional,
  path,
  type ResolvedOptions,
} from '@spillway/options';
import { loadConflicts } from './load-conflicts.ts';
import { loadtestPresets } from './loadtest-presets.ts';
import { bodyText, headerField, httpMethod, httpUrl } from './request-kinds.ts';
import { stages } from './stages-kind.ts';
import { threshold } from './threshold-kind.ts';

const file = optional(path());

/** Every option of the load tester. Flags, file, environment, help and docs derive from it. */
export const loadtestOptions = defineOptions({
  environmentPrefix: 'SPILLWAY_LOADTEST_',
  ignoredVariables: [],
  defaultFile: 'loadtest_config.json',
  presets: loadtestPresets,
  conflicts: loadConflicts,
  options: {
    url: option({
      flag: '--url',
      kind: httpUrl(),
      default: 'http://localhost:8080/',
      group: 'Request',
      description: 'What is requested',
    }),
    method: option({
      flag: '--method',
      kind: httpMethod(),
      default: 'GET',
      group: 'Request',
      description: 'Method of the requests',
    }),
    headers: option({
      flag: '--header',
      kind: list(headerField(), '\n'),
      default: [],
      group: 'Request',
      description: 'Field to send, as "Name: value"; several may be given',
    }),
    body: option({
      flag: '--body',
      kind: optional(bodyText()),
      default: null,
      group: 'Request',
      description: 'Body to send',
    }),
    bodyFile: option({
      flag: '--body-file',
      kind: file,
      default: null,
      group: 'Request',
      description: 'File with the body to send',
    }),
    timeoutMs: option({
      flag: '--timeout',
      kind: duration({ minMs: 1 }),
      default: 30_000,
      group: 'Request',
      description: 'Longest wait for an answer, from the sending to its end',
    }),
    totalRequests: option({
      flag: '--total-requests',
      kind: optional(integer({ min: 1 })),
      default: null,
      group: 'Load',
      description: 'Send so many requests; without --duration that alone ends the run',
    }),
    concurrent: option({
      flag: '--concurrent',
      kind: integer({ min: 1, max: 20_000 }),
      default: 10,
      group: 'Load',
      description: 'Requests under way at once: the next is sent when one is answered',
    }),
    durationMs: option({
      flag: '--duration',
      kind: duration({ minMs: 100 }),
      default: 10_000,
      group: 'Load',
      description: 'Send for so long',
    }),
    rate: option({
      flag: '--rate',
      kind: optional(number({ min: 0.01, max: 1_000_000 })),
      default: null,
      group: 'Load',
      description: 'Send so many a second by the clock, answered or not',
    }),
    stages: option({
      flag: '--stages',
      kind: optional(stages()),
      default: null,
      group: 'Load',
      description:
        'Change the rate in straight lines, such as 30s:50,1m:200; the first is held, or ramped to from --rate',
    }),
    arrivals: option({
      flag: '--arrivals',
      kind: choice(['constant', 'poisson']),
      default: 'constant',
      group: 'Load',
      description: 'Even gaps, or those of many independent callers',
    }),
    maxInFlight: option({
      flag: '--max-in-flight',
      kind: integer({ min: 1, max: 50_000 }),
      default: 5_000,
      group: 'Load',
      description: 'With --rate: beyond so many under way, what is due is dropped and counted',
    }),
    seed: option({
      flag: '--seed',
      kind: integer({ min: 0, max: 0xffff_ffff }),
      default: 1,
      group: 'Load',
      description: 'Of the random gaps of poisson',
    }),
    warmUpMs: option({
      flag: '--warm-up',
      kind: duration({ minMs: 0 }),
      default: 0,
      group: 'Load',
      description: 'Send for so long before counting starts',
    }),
    drain: option({
      flag: '--drain',
      kind: boolean(),
      default: true,
      group: 'Load',
      description: 'Waiting at the end for what is under way',
    }),
    workers: option({
      flag: '--workers',
      kind: integer({ min: 1, max: 64 }),
      default: 1,
      group: 'Load',
      description: 'Threads that send, for more than one core can',
    }),
    findKnee: option({
      flag: '--find-knee',
      kind: boolean(),
      default: false,
      group: 'Knee',
      description: 'Step the concurrency up until more brings nothing, and advise the proxy',
    }),
    maxConcurrency: option({
      flag: '--max-concurrency',
      kind: integer({ min: 1, max: 20_000 }),
      default: 512,
      group: 'Knee',
      description: 'Last step of --find-knee',
    }),
    objectiveMs: option({
      flag: '--objective',
      kind: duration({ minMs: 1 }),
      default: 30_000,
      group: 'Knee',
      description: 'Within how long a request should be answered, waiting included',
    }),
    failIf: option({
      flag: '--fail-if',
      kind: list(threshold()),
      default: [],
      group: 'Judgement',
      description: "Exit with 1 when one holds, such as 'p95>500ms,errors>1%'",
    }),
    compare: option({
      flag: '--compare',
      kind: list(path()),
      default: [],
      group: 'Judgement',
      description: 'Report of an earlier run to compare with; exit with 5 on a regression',
    }),
    checkMetrics: option({
      flag: '--check-metrics',
      kind: boolean(),
      default: false,
      group: 'Judgement',
      description: "Compare the counts with the proxy's /proxy-metrics, before and after",
    }),
    json: option({
      flag: '--json',
      kind: file,
      default: null,
      group: 'Report',
      description: 'Write the report as JSON, which --compare and merge read',
    }),
    html: option({
      flag: '--html',
      kind: file,
      default: null,
      group: 'Report',
      description: 'Write a page with plots, in one file',
    }),
    junit: option({
      flag: '--junit',
      kind: file,
      default: null,
      group: 'Report',
      description: 'Write the thresholds as JUnit test cases',
    }),
    csv: option({
      flag: '--csv',
      kind: file,
      default: null,
      group: 'Report',
      description: 'Write a line a second',
    }),
    githubSummary: option({
      flag: '--github-summary',
      kind: file,
      default: null,
      group: 'Report',
      description: 'Append a summary in Markdown, to "$GITHUB_STEP_SUMMARY" in a workflow',
    }),
    benchmarkJson: option({
      flag: '--benchmark-json',
      kind: file,
      default: null,
      group: 'Report',
      description: 'Write entries for github-action-benchmark, customSmallerIsBetter',
    }),
    quiet: option({
      flag: '--quiet',
      kind: boolean(),
      default: false,
      group: 'Report',
      description: 'Print only the verdict and what is wrong',
    }),
    color: option({
      flag: '--color',
      kind: boolean(),
      default: true,
      group: 'Report',
      description: 'Colours, on a terminal that has them and without NO_COLOR',
    }),
  },
});

export type LoadtestOptions = (typeof loadtestOptions)['options'];
export type LoadtestConfig = ConfigOf<LoadtestOptions>;
export type ResolvedLoadtestOptions = ResolvedOptions<LoadtestOptions>;
