import { resolve } from 'node:path';
import { type GivenValues, type OptionProblem, problem } from '@spillway/options';
import { readReports } from '../compare/read-reports.ts';
import { mergeReports } from '../merge/merge-reports.ts';
import {
  type LoadtestOptions,
  loadtestOptions,
  type ResolvedLoadtestOptions,
} from './loadtest-options.ts';
import { publishingOf, publishReport } from './publish-report.ts';
import { reportProblems } from './report-problems.ts';
import type { LoadtestSurroundings } from './surroundings.ts';

/** Options that mean something to merge; the others speak of a load. */
export const mergeKeys: readonly (keyof LoadtestOptions)[] = [
  'failIf',
  'json',
  'html',
  'junit',
  'csv',
  'githubSummary',
  'benchmarkJson',
  'quiet',
  'color',
];

/** Flags that were typed although merge has no use for them. */
export function flagsOfNoUse({ values }: GivenValues): OptionProblem[] {
  return Object.entries(loadtestOptions.options)
    .filter(([key]) => values.has(key) && !mergeKeys.some((known) => known === key))
    .map(([, { flag }]) => problem('conflict', `flag ${flag}`, 'means nothing to merge'));
}

/** Adds the reports of several generators and judges the whole; gives the exit code. */
export function mergeCommand(
  files: readonly string[],
  resolved: ResolvedLoadtestOptions,
  surroundings: LoadtestSurroundings,
): number {
  const read = files.map((file) => readReports(resolve(surroundings.cwd, file)));
  const unreadable = read.flatMap((one, n) =>
    one.ok ? [] : problem('unreadable_file', `argument ${files[n]}`, one.problem),
  );
  if (unreadable.length > 0) return reportProblems(unreadable, surroundings);
  const { failIf } = resolved.config;
  const reports = read.flatMap((one) => (one.ok ? one.reports : []));
  const merged = mergeReports(reports, failIf.length > 0 ? failIf : undefined);
  if (!merged.ok) {
    const problems = merged.reasons.map((reason) =>
      problem('conflict', `arguments ${files.join(' ')}`, reason),
    );
    return reportProblems(problems, surroundings);
  }
  return publishReport(merged.report, [merged.report], publishingOf(resolved), surroundings);
}
