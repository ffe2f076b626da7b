import { formatProblem, type OptionProblem } from '@spillway/options';
import { paint } from './paint.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * For a program: reports all problems with what it was given at once, a line each, and gives the exit code to end
 * with.
 */
export const problemReporter =
  (program: string, exitCode: number) =>
  (
    problems: readonly OptionProblem[],
    { environment, err }: Pick<Surroundings, 'environment' | 'err'>,
  ): number => {
    const colour = paint('stderr', environment);
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    err(`${colour.red(`${program}:`)} ${count} with what was given`);
    for (const problem of problems) err(`  ${formatProblem(problem)}`);
    return exitCode;
  };
