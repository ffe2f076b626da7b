import { commandNames } from '@spillway/contracts';
import { addFlags } from '@spillway/options';
import { createProgram, runArguments, type Surroundings } from '@spillway/terminal';
import { proxyOptions } from '../config/proxy-options.ts';
import {
  type ConfigurationResolution,
  type ResolvedConfiguration,
  resolveInSteps,
} from '../config/resolve-configuration.ts';
import { allAtOnce, type Steps } from '../config/steps.ts';
import { version } from '../system/version.ts';
import { addAdmin } from './admin/admin-commands.ts';
import { addCheck } from './check/check.ts';
import { type AddCommand, reportProblems } from './command.ts';
import { exitOk, exitUsage } from './exit-codes.ts';
import { addInit } from './init.ts';
import { addRoutes } from './routes/routes.ts';
import { addSimulate } from './simulate/simulate.ts';
import { addUpgrade } from './upgrade/upgrade-command.ts';
import { addWhy } from './why/why-command.ts';

const examples = `
Examples:
  ${commandNames.proxy} start                   against the built-in demo backend
  ${commandNames.proxy} --target-host 10.0.0.5 --target-port 8000
  ${commandNames.proxy} --target http://10.0.0.5:8000 --preset long-requests
  ${commandNames.proxy} init --preset balanced  write a commented proxy_config.json
  ${commandNames.proxy} check --print           what is in force, and what contradicts itself
  ${commandNames.proxy} why                     requests that failed; with an id, its story

Durations: 500ms, 30s, 5m, 1h, or a number of seconds.
Sizes: 64KiB, 1MB, or a number of bytes.
Every option is also a SPILLWAY_ variable and a key of the file; docs/options.md
lists them.`;

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
