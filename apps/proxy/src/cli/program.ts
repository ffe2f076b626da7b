import { commandNames } from '@spillway/contracts';
import { addFlags } from '@spillway/options';
import { createProgram, runArguments, type Surroundings } from '@spillway/terminal';
import { addAdmin } from '../commands/admin/admin-commands.ts';
import { addCheck } from '../commands/check/check.ts';
import { addInit } from '../commands/init.ts';
import { addRoutes } from '../commands/routes/routes.ts';
import { addSimulate } from '../commands/simulate/simulate.ts';
import { addUpgrade } from '../commands/upgrade/upgrade-command.ts';
import { addWhy } from '../commands/why/why-command.ts';
import { proxyOptions } from '../config/proxy-options.ts';
import {
  type ConfigurationResolution,
  type ResolvedConfiguration,
  resolveInSteps,
} from '../config/resolve-configuration.ts';
import { allAtOnce, type Steps } from '../config/steps.ts';
import { version } from '../system/version.ts';
import type { AddCommand } from './command.ts';
import { examples } from './examples.ts';
import { exitOk, exitUsage } from './exit-codes.ts';
import { reportProblems } from './report-problems.ts';

/** All but `start`, in the order of the help. Adding one is its file and a line. */
const commands: readonly AddCommand[] = [
  addCheck,
  addRoutes,
  addSimulate,
  addInit,
  addWhy,
  addAdmin,
  addUpgrade,
];

/** Runs the proxy with a configuration that holds; gives the exit code. */
export type Start = (
  resolved: ResolvedConfiguration,
  /** Reads flags, environment and file anew. */
  readAgain: () => Steps<ConfigurationResolution>,
) => Promise<number>;

/** Parses the arguments, runs the command they name, and gives the exit code. */
export async function runProgram(
  argv: readonly string[],
  start: Start,
  surroundings: Surroundings,
): Promise<number> {
  let code = exitOk;
  const end = (ended: number): void => {
    code = ended;
  };
  const program = createProgram({
    name: commandNames.proxy,
    description: 'A forwarding proxy that keeps slow and fragile HTTP backends alive under load.',
    usage: '[command] [options] [target]',
    version,
    examples,
  });

  const starting = program
    .command('start', { isDefault: true })
    .description('forward requests; what happens when no command is named');
  const startFlags = addFlags(starting, proxyOptions);
  starting.action(async () => {
    const read = () => resolveInSteps(startFlags(), surroundings);
    const resolution = allAtOnce(read());
    if (resolution.ok) end(await start(resolution, read));
    else end(reportProblems(resolution.problems, surroundings));
  });

  for (const add of commands) add(program, surroundings, end);

  return (await runArguments(program, argv)) ? code : exitUsage;
}
