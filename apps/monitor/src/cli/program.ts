import { commandNames } from '@spillway/contracts';
import { addFlags, resolveOptions } from '@spillway/options';
import { createProgram, runArguments } from '@spillway/terminal';
import { exitCodes } from './exit-codes.ts';
import { examples } from './help.ts';
import { monitorOptions, type ResolvedMonitorOptions } from './monitor-options.ts';
import { reportProblems } from './report-problems.ts';
import type { MonitorSurroundings } from './surroundings.ts';
import { version } from './version.ts';

/** Watches with a configuration that holds; gives the exit code. */
export type Watch = (resolved: ResolvedMonitorOptions) => Promise<number>;

/** Parses the arguments, watches, and gives the exit code. */
export async function runProgram(
  argv: readonly string[],
  watch: Watch,
  surroundings: MonitorSurroundings,
): Promise<number> {
  let code = 0;
  const program = createProgram({
    name: commandNames.monitor,
    description: 'Shows a proxy live, what is wrong with it, and what to change.',
    usage: '[options] [url]',
    version,
    examples,
  });
  const flags = addFlags(program, monitorOptions);
  program.action(async () => {
    const resolution = resolveOptions(monitorOptions, flags(), surroundings);
    code = resolution.ok
      ? await watch(resolution.resolved)
      : reportProblems(resolution.problems, surroundings);
  });
  return (await runArguments(program, argv)) ? code : exitCodes.usage;
}
