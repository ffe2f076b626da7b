import { resolve } from 'node:path';
import type { LoadReport, Verdict } from '@spillway/contracts';
import { type OptionProblem, problem } from '@spillway/options';
import { compareReports, type ReportComparison } from '../compare/compare-reports.ts';
import { readReports } from '../compare/read-reports.ts';

/** The runs to compare with, read before anything is sent; null without --compare. */
export function readBase(
  file: string | null,
  cwd: string,
): readonly LoadReport[] | OptionProblem | null {
  if (file === null) return null;
  const read = readReports(resolve(cwd, file));
  return read.ok ? read.reports : problem('unreadable_file', 'flag --compare', read.problem);
}

/** A comparison that could not be made must not pass. */
const verdicts = {
  passed: 'passed',
  regression: 'regression',
  inconclusive: 'invalid',
  refused: 'invalid',
} as const satisfies Record<ReportComparison['verdict'], Verdict>;

export interface Compared {
  readonly verdict: Verdict;
  readonly comparison: ReportComparison;
}

export function compareRuns(base: readonly LoadReport[], runs: readonly LoadReport[]): Compared {
  const comparison = compareReports(base, runs);
  return { verdict: verdicts[comparison.verdict], comparison };
}
