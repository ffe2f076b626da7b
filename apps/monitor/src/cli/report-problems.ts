import { formatProblem, type OptionProblem } from '@spillway/options';
import { exitCodes } from './exit-codes.ts';
import { paint } from './paint.ts';
import type { Surroundings } from './surroundings.ts';

/** All of them at once, a line each; the exit code to end with. */
export function reportProblems(
  problems: readonly OptionProblem[],
  { environment, err }: Surroundings,
): number {
  const colour = paint('stderr', environment, null);
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  err(`${colour.red('monitor:')} ${count} with what was given`);
  for (const problem of problems) err(`  ${formatProblem(problem)}`);
  return exitCodes.usage;
}
