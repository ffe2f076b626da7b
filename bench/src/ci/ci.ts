import { appendFileSync, writeFileSync } from 'node:fs';
import { freePort } from '@spillway/test-kit/free-port';
import { Command } from 'commander';
import { type Benchmark, CannotRun } from '../benchmark.ts';
import { readWhole } from '../cost/read-whole.ts';
import { alignColumns } from '../cost/table.ts';
import { startChild } from '../process/child.ts';
import { type Pinning, pinning } from '../process/pin.ts';
import { builtProgram, checkOut, here } from './checkout.ts';
import { judgeSamples, roundsNeeded } from './judge.ts';
import { type CiSample, type Measured, measure, type Side } from './measure.ts';
import { comparisonCells, markdownSummary, verdictSentence } from './table.ts';

interface CiOptions {
  base?: string;
  baseRef?: string;
  head: string;
  rounds: number;
  seconds: number;
  warmUp: number;
  concurrent: number;
  latency: string;
  failIf: string;
  json?: string;
  pin: boolean;
}

const proxyMain = 'apps/proxy/dist/main.js';
const exitThreshold = 1;
const exitInvalid = 4;
const exitRegression = 5;

async function run(options: CiOptions): Promise<void> {
  if ((options.base === undefined) === (options.baseRef === undefined)) {
    throw new CannotRun('name what to compare with: either --base DIR or --base-ref REF');
  }
  const programs = {
    head: builtProgram(options.head, proxyMain),
    load: builtProgram(here, 'apps/loadtest/dist/main.js'),
    backend: builtProgram(here, 'packages/backend/dist/main.js'),
  };
  const checkout = options.baseRef === undefined ? null : checkOut(options.baseRef);
  try {
    const base = builtProgram(checkout?.folder ?? (options.base as string), proxyMain);
    const samples = await takeSamples(options, { ...programs, base });
    report(options, samples);
  } finally {
    checkout?.remove();
  }
}

async function takeSamples(
  options: CiOptions,
  programs: Record<Side | 'load' | 'backend', string>,
): Promise<CiSample[]> {
  const pins = pinning(options.pin);
  console.log(`${settingOf(options)}\n`);
  const backend = await startBackend(programs.backend, options.latency, pins);
  const common: Omit<Measured, 'side' | 'proxy'> = {
    backend,
    pins,
    warmUpSeconds: options.warmUp,
    load: {
      program: programs.load,
      wrap: pins.load,
      seconds: options.seconds,
      concurrent: options.concurrent,
      failIf: options.failIf,
    },
  };
  const samples: CiSample[] = [];
  try {
    for (let round = 1; round <= options.rounds; round++) {
      // Who comes first changes, so that coming first is no advantage.
      const order: readonly Side[] = round % 2 === 1 ? ['base', 'head'] : ['head', 'base'];
      for (const side of order) {
        const sample = await measure({ ...common, side, proxy: programs[side] }, round);
        samples.push(sample);
        console.log(progressLine(sample));
      }
    }
  } finally {
    await backend.stop();
  }
  return samples;
}

async function startBackend(program: string, latency: string, pins: Pinning) {
  const port = await freePort();
  const command = [process.execPath, program, '--port', String(port), '--latency', latency];
  return startChild('backend', pins.load(command), port);
}

function settingOf({ rounds, seconds, concurrent, latency }: CiOptions): string {
  return `${rounds} rounds of ${seconds} s each, ${concurrent} connections, a backend of ${latency}`;
}

function progressLine({ side, round, cpuUsPerRequest, okPerSecond, p99 }: CiSample): string {
  const cpu = cpuUsPerRequest.toFixed(1).padStart(8);
  const rate = okPerSecond.toFixed(0).padStart(7);
  return `round ${String(round).padStart(2)}  ${side}${cpu} us CPU a request${rate}/s  p99 ${(1_000 * p99).toFixed(1)} ms`;
}

/** Prints, writes the step summary and sets the exit code, that of the load tester for the same verdict. */
function report(options: CiOptions, samples: readonly CiSample[]): void {
  const comparison = judgeSamples(samples);
  console.log(`\n${alignColumns(comparisonCells(comparison))}\n\n${verdictSentence(comparison)}`);
  const summaryFile = process.env.GITHUB_STEP_SUMMARY;
  if (summaryFile) appendFileSync(summaryFile, markdownSummary(comparison, settingOf(options)));
  if (options.json) {
    writeFileSync(options.json, `${JSON.stringify({ options, comparison, samples }, null, 2)}\n`);
  }
  if (comparison.verdict === 'regression') process.exitCode = exitRegression;
  const missed = samples.flatMap(({ side, round, missed: conditions }) =>
    conditions.map((condition) => `${side}, round ${round}: ${condition}`),
  );
  if (missed.length > 0) {
    console.error(`\nThresholds missed:\n  ${missed.join('\n  ')}`);
    process.exitCode = exitThreshold;
  }
  const unusable = samples.filter(
    ({ verdict }) => !['passed', 'threshold_missed'].includes(verdict),
  );
  for (const { side, round, verdict } of unusable) {
    console.error(`${side}, round ${round}: the load test was ${verdict}`);
    process.exitCode = exitInvalid;
  }
}

/** Whether a change makes the proxy slower: two built checkouts, in turns, on one machine. */
export const ci: Benchmark = {
  command: () =>
    new Command('ci')
      .description('compare the proxy of two checkouts, in turns on this machine')
      .option('--base <dir>', 'built checkout to compare with')
      .option('--base-ref <ref>', 'commit, branch or tag to check out, build and compare with')
      .option('--head <dir>', 'built checkout of the change', here)
      .option(
        '--rounds <n>',
        `rounds; each measures both once (at least ${roundsNeeded})`,
        readWhole,
        10,
      )
      .option('--seconds <n>', 'seconds a measurement', readWhole, 2)
      .option('--warm-up <n>', 'seconds of load before each measurement', readWhole, 1)
      .option('--concurrent <n>', 'connections of the load tester', readWhole, 32)
      .option('--latency <time>', 'of the backend; leaves the load tester time to spare', '10ms')
      .option('--fail-if <conditions>', 'thresholds of every run', 'errors>0.1%,p99>1s')
      .option('--json <file>', 'write all samples there')
      .option('--no-pin', 'let the system choose the cores')
      .action(run),
};
