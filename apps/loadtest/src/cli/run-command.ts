import type { LoadReport } from '@spillway/contracts';
import { adminTokenOf, isProblem } from '@spillway/options';
import { wrapText } from '@spillway/terminal';
import { comparisonTable } from '../compare/comparison-table.ts';
import { isThreadShortage } from '../engine/local-error.ts';
import { moreDescriptors } from '../report/local-warnings.ts';
import { type Compared, compareRuns, readBase } from './compare-runs.ts';
import { descriptorWarning, readDescriptors } from './descriptor-check.ts';
import { exitCodes, exitUsage } from './exit-codes.ts';
import { onInterrupt } from './interrupt.ts';
import { loadPlan, loadRequest, planProblem } from './load-plan.ts';
import type { ResolvedLoadtestOptions } from './loadtest-options.ts';
import { publishingOf, publishReport } from './publish-report.ts';
import { reportProblems } from './report-problems.ts';
import { runOnce } from './run-once.ts';
import type { LoadtestSurroundings } from './surroundings.ts';

/** Runs a load test with options that hold; gives the exit code. */
export async function runCommand(
  resolved: ResolvedLoadtestOptions,
  surroundings: LoadtestSurroundings,
): Promise<number> {
  const { config } = resolved;
  const request = loadRequest(config, surroundings.cwd);
  const base = readBase(config.compare, surroundings.cwd);
  const adminToken = adminTokenOf(resolved, surroundings.cwd);
  if (isProblem(request) || isProblem(base) || isProblem(adminToken)) {
    return reportProblems([request, base, adminToken].filter(isProblem), surroundings);
  }
  const plan = loadPlan(resolved, request);
  const unsendable = planProblem(resolved, plan);
  if (unsendable !== null) return reportProblems([unsendable], surroundings);
  const warning = descriptorWarning(config, plan, readDescriptors());
  if (warning !== null) surroundings.err(wrapText(`warning: ${warning}`));
  const { signal, release } = onInterrupt();
  const runs: LoadReport[] = [];
  try {
    do {
      if (config.repeat > 1 && !config.quiet) {
        surroundings.err(`run ${runs.length + 1} of ${config.repeat}`);
      }
      runs.push(await runOnce({ resolved, request, adminToken, signal, surroundings }));
    } while (runs.length < config.repeat && isMeasured(runs.at(-1)));
  } catch (error) {
    if (!isThreadShortage(error)) throw error;
    surroundings.err(`loadtest: no thread to send from (${error.message}): ${moreDescriptors}`);
    return exitCodes.invalid;
  } finally {
    release();
  }
  const compared = base === null || !runs.every(isMeasured) ? null : compareRuns(base, runs);
  const publishing = { ...publishingOf(resolved), more: tableOf(compared) };
  const code = publishReport(judged(runs, compared), runs, publishing, surroundings);
  // Runs of other options or another machine: it is what was given that has to change.
  return compared?.comparison.verdict === 'refused' ? exitUsage : code;
}

/** Another run, and a comparison, make sense. */
function isMeasured(report: LoadReport | undefined): boolean {
  return report?.verdict === 'passed' || report?.verdict === 'threshold_missed';
}

/** The run to show, with what all of them together come to. */
function judged(runs: readonly LoadReport[], compared: Compared | null): LoadReport {
  const gravest = runs.find((report) => !isMeasured(report));
  if (gravest) return gravest;
  const shown = middleRun(runs);
  const missed = runs.some(({ verdict }) => verdict === 'threshold_missed');
  const verdict = missed ? 'threshold_missed' : (compared?.verdict ?? 'passed');
  return { ...shown, verdict };
}

/** By the p95 of its good answers. */
function middleRun(runs: readonly LoadReport[]): LoadReport {
  const p95 = ({ latency }: LoadReport): number => latency.good.p95 ?? Number.POSITIVE_INFINITY;
  const sorted = [...runs].sort((a, b) => p95(a) - p95(b));
  const [middle = sorted[0]] = sorted.slice(Math.floor((sorted.length - 1) / 2));
  if (!middle) throw new Error('there was no run');
  return middle;
}

function tableOf(compared: Compared | null): string {
  return compared === null ? '' : comparisonTable(compared.comparison);
}
