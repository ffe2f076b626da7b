import { addFlags } from '@spillway/options';
import { createProgram, runArguments, type Surroundings } from '@spillway/terminal';
import type { AddCommand } from '../cli/command.ts';
import { examples } from '../cli/examples.ts';
import { exitOk, exitUsage } from '../cli/exit-codes.ts';
import { reportProblems } from '../cli/report-problems.ts';
import { proxyOptions } from '../config/proxy-options.ts';
import {
  type ConfigurationResolution,
  type ResolvedConfiguration,
  resolveConfiguration,
} from '../config/resolve-configuration.ts';
import { version } from '../system/version.ts';
import { addAdmin } from './admin/admin-commands.ts';
import { addCheck } from './check/check.ts';
import { addInit } from './init.ts';
import { addRoutes } from './routes/routes.ts';
import { addSimulate } from './simulate/simulate.ts';
import { addWhy } from './why/why-command.ts';

/** All but `start`, in the order of the help. Adding one is its file and a line. */
const commands: readonly AddCommand[] = [
  addCheck,
  addRoutes,
  addSimulate,
  addInit,
  addWhy,
  addAdmin,
];

/** Runs the proxy with a configuration that holds; gives the exit code. */
export type Start = (
  resolved: ResolvedConfiguration,
  /** Reads flags, environment and file anew. */
  readAgain: () => ConfigurationResolution,
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
    name: 'proxy',
    description: 'A forwarding proxy that keeps slow and fragile HTTP backends alive under load.',
    usage: '[command] [options]',
    version,
    examples,
  });

  const starting = program
    .command('start', { isDefault: true })
    .description('forward requests; what happens when no command is named');
  const startFlags = addFlags(starting, proxyOptions);
  starting.action(async () => {
    const read = () => resolveConfiguration(startFlags(), surroundings);
    const resolution = read();
    if (resolution.ok) end(await start(resolution, read));
    else end(reportProblems(resolution.problems, surroundings));
  });

  for (const add of commands) add(program, surroundings, end);

  return (await runArguments(program, argv)) ? code : exitUsage;
}
