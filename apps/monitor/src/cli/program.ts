import { addFlags, helpLayout, resolveOptions } from '@spillway/options';
import { Command, CommanderError } from 'commander';
import { exitCodes } from './exit-codes.ts';
import { examples } from './help.ts';
import { monitorOptions, type ResolvedMonitorOptions } from './monitor-options.ts';
import { reportProblems } from './report-problems.ts';
import type { Surroundings } from './surroundings.ts';
import { version } from './version.ts';

/** Watches with a configuration that holds; gives the exit code. */
export type Watch = (resolved: ResolvedMonitorOptions) => Promise<number>;

/** Parses the arguments, watches, and gives the exit code. */
export async function runProgram(
  argv: readonly string[],
  watch: Watch,
  surroundings: Surroundings,
): Promise<number> {
  let code = 0;
  const program = new Command('monitor')
    .description('Shows a proxy live, what is wrong with it, and what to change.')
    .usage('[options]')
    .optionsGroup('General:')
    .version(version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .configureHelp(helpLayout)
    .exitOverride()
    .addHelpText('after', examples);
  const flags = addFlags(program, monitorOptions);
  program.action(async () => {
    const resolution = resolveOptions(monitorOptions, flags(), surroundings);
    code = resolution.ok
      ? await watch(resolution.resolved)
      : reportProblems(resolution.problems, surroundings);
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    // Commander has printed its message already; help and version end here too, with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    throw error;
  }
  return code;
}
