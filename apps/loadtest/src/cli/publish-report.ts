import type { LoadReport } from '@spillway/contracts';
import { type ColourFlag, paint } from '@spillway/terminal';
import type { ReportFiles } from '../report/report-formats.ts';
import { terminalReport } from '../report/terminal/terminal-report.ts';
import { verdictLine } from '../report/terminal/verdict-line.ts';
import { warningLines } from '../report/terminal/warning-lines.ts';
import { writeReports } from '../report/write-reports.ts';
import { exitCodes, exitUsage } from './exit-codes.ts';
import type { ResolvedLoadtestOptions } from './loadtest-options.ts';
import type { LoadtestSurroundings } from './surroundings.ts';

export interface Publishing {
  readonly files: ReportFiles;
  readonly quiet: boolean;
  readonly colour: ColourFlag;
  /** Printed between report and verdict, such as a comparison; empty for nothing. */
  readonly more?: string;
}

export function publishingOf({ config, sources }: ResolvedLoadtestOptions): Publishing {
  const colour = sources.color.from === 'default' ? null : config.color;
  return { files: config, quiet: config.quiet, colour };
}

/** Prints the report, writes the files that were asked for, and gives the exit code. */
export function publishReport(
  report: LoadReport,
  runs: readonly LoadReport[],
  { files, quiet, colour: flag, more = '' }: Publishing,
  { out, err, environment, cwd }: LoadtestSurroundings,
): number {
  const colour = paint('stdout', environment, flag);
  const body = quiet ? warningLines(report.warnings, colour) : terminalReport(report, colour);
  const blocks = [body, more, verdictLine(report, colour)];
  out(blocks.filter((block) => block !== '').join(quiet ? '\n' : '\n\n'));
  const problems = writeReports(report, runs, files, cwd);
  const { red } = paint('stderr', environment, flag);
  for (const problem of problems) err(`${red('loadtest:')} ${problem}`);
  const code = exitCodes[report.verdict];
  // A report that CI waits for and never gets must not pass.
  return problems.length > 0 && code === 0 ? exitUsage : code;
}
