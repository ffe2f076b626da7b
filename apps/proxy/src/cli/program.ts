import { addFlags, resolveOptions } from '@spillway/options';
import { createProgram, runArguments, type Surroundings } from '@spillway/terminal';
import type { WhySettings } from '../commands/why.ts';
import { version } from '../version.ts';
import { type CheckSettings, runCheck } from './check.ts';
import { examples } from './examples.ts';
import { exitOk, exitUsage } from './exit-codes.ts';
import { type InitSettings, runInit } from './init.ts';
import { proxyOptions, type ResolvedProxyOptions } from './proxy-options.ts';
import { reportProblems } from './report-problems.ts';
import { addSimulate } from './simulate.ts';

/** Runs the proxy with a configuration that holds; gives the exit code. */
export type Start = (resolved: ResolvedProxyOptions) => Promise<number>;

/** Parses the arguments, runs the command they name, and gives the exit code. */
export async function runProgram(
  argv: readonly string[],
  start: Start,
  surroundings: Surroundings,
): Promise<number> {
  let code = exitOk;
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
    const resolution = resolveOptions(proxyOptions, startFlags(), surroundings);
    code = resolution.ok
      ? await start(resolution.resolved)
      : reportProblems(resolution.problems, surroundings);
  });

  const checking = program
    .command('check')
    .description('validate the configuration and look for limits that contradict each other')
    .optionsGroup('Check:')
    .option('--strict', 'exit with 1 for warnings too')
    .option('--print', 'show the configuration in force, with the source of each value')
    .option('--json', 'answer as JSON')
    .option('--systemd-unit <file>', 'compare with the stop timeout of this unit')
    .option('--compose <file>', 'compare with the stop timeout of this compose file');
  const checkFlags = addFlags(checking, proxyOptions);
  checking.action((settings: CheckSettings) => {
    code = runCheck(checkFlags(), settings, surroundings);
  });

  addSimulate(program, surroundings, (ended) => {
    code = ended;
  });

  program
    .command('init')
    .description('write a commented starter proxy_config.json')
    .option(
      '--preset <name>',
      `set the values of a scenario: ${Object.keys(proxyOptions.presets).join(', ')}`,
    )
    .option('--target <url>', 'set the upstream')
    .option('--output <file>', 'where to', proxyOptions.defaultFile)
    .option('--force', 'overwrite a file that is there')
    .action((settings: InitSettings) => {
      code = runInit(settings, surroundings);
    });

  program
    .command('why')
    .description('tell what happened to a request, or list the latest that failed')
    .argument('[request-id]', 'as X-Request-Id, the log and problem documents have it')
    .option('--url <url>', 'where the proxy listens (default: as configured here)')
    .option('--admin-token <token>', 'the token that it asks for (default: as configured here)')
    .option('--admin-token-file <file>', 'file with that token')
    .option('--all', 'list all requests that are kept, not only failed ones')
    .option('--limit <n>', 'list so many at most')
    .option('--outcome <name>', 'list only those that ended so')
    .option('--json', 'answer as JSON')
    .action(async (id: string | undefined, settings: WhySettings) => {
      const { runWhy } = await import('../commands/why.ts');
      code = await runWhy(id, settings, surroundings);
    });

  return (await runArguments(program, argv)) ? code : exitUsage;
}
