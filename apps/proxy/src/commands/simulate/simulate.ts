import { addFlags, type OptionProblem, problem, resolveOptions } from '@spillway/options';
import { paint, type Surroundings } from '@spillway/terminal';
import type { Command } from 'commander';
import { proxyOptions } from '../../config/proxy-options.ts';
import { type AddCommand, reportProblems } from '../command.ts';
import { exitOk } from '../exit-codes.ts';
import { buildScenario } from './build-scenario.ts';
import { formatComparison } from './format-comparison.ts';
import { formatOptimum } from './format-optimum.ts';
import { formatRun } from './format-run.ts';
import { simulateHelp } from './help-text.ts';
import type { Run } from './run.ts';
import { runsAsJson } from './runs-as-json.ts';
import { simulatedOptions, simulateOptions } from './simulate-options.ts';
import { type Variant, variantsOf } from './variants.ts';

type BuiltRun = Omit<Run, 'result'>;

interface SimulateSettings {
  readonly json?: boolean;
  readonly optimize?: boolean;
  readonly compare?: readonly string[];
  readonly sweep?: readonly string[];
}

export const addSimulate: AddCommand = (program, surroundings, end) => {
  const collect = (text: string, earlier: readonly string[] = []): string[] => [...earlier, text];
  const command = program
    .command('simulate')
    .description(
      'play a load against a backend that you describe, with these settings between them',
    )
    .optionsGroup('Simulate:')
    .option('--compare <settings>', 'also with NAME=VALUE …; may be repeated', collect)
    .option('--sweep <settings>', 'with each of NAME=VALUE,VALUE,…; may be repeated', collect)
    .option(
      '--optimize',
      'search limit, queue and queue timeout, and say what it costs to be wrong',
    )
    .option('--json', 'answer as JSON')
    .addHelpText('after', simulateHelp);
  const given = addFlags(command, simulateOptions);
  hideUnsimulated(command);
  command.action(async (settings: SimulateSettings) => {
    const { variants, problems } = variantsOf(given(), settings);
    if (settings.optimize && variants.length > 1) {
      const message = 'it tries settings of its own; leave out --compare and --sweep';
      problems.push(problem('conflict', 'flag --optimize', message));
    }
    const built = await buildAll(variants, problems, surroundings);
    if (settings.optimize && built !== null) {
      end(exitOk);
      surroundings.out(await describeOptimum(built[0]!, settings, surroundings));
      return;
    }
    const runs = built === null ? null : await runAll(built);
    end(runs === null ? reportProblems(unique(problems), surroundings) : exitOk);
    if (runs !== null) surroundings.out(describe(runs, settings, surroundings));
  });
};

/** Null when anything is wrong with any of them: none is played then. */
async function buildAll(
  variants: readonly Variant[],
  problems: OptionProblem[],
  surroundings: Surroundings,
): Promise<BuiltRun[] | null> {
  const built: BuiltRun[] = [];
  for (const { label, given } of variants) {
    const resolution = resolveOptions(simulateOptions, given, surroundings);
    if (!resolution.ok) {
      problems.push(...resolution.problems);
      continue;
    }
    const { config } = resolution.resolved;
    const scenario = await buildScenario(config);
    if (scenario.ok) built.push({ label, config, scenario: scenario.scenario });
    else problems.push(...scenario.problems);
  }
  return problems.length > 0 ? null : built;
}

async function runAll(built: readonly BuiltRun[]): Promise<Run[]> {
  const { simulate } = await import('@spillway/simulation');
  return built.map((run) => ({ ...run, result: simulate(run.scenario) }));
}

async function describeOptimum(
  { config, scenario }: BuiltRun,
  { json }: SimulateSettings,
  { environment }: Surroundings,
): Promise<string> {
  const { optimize } = await import('@spillway/simulation');
  const optimum = optimize(scenario);
  if (json) return JSON.stringify(optimum, null, 2);
  return formatOptimum(config, optimum, paint('stdout', environment));
}

function describe(
  runs: readonly Run[],
  { json }: SimulateSettings,
  { environment }: Surroundings,
): string {
  if (json) return JSON.stringify(runsAsJson(runs), null, 2);
  const colour = paint('stdout', environment);
  const [only, ...others] = runs as [Run, ...Run[]];
  if (others.length > 0) return formatComparison(runs, colour);
  return formatRun(only.config, only.scenario, only.result, colour);
}

/** They may be given, so that a command line can be tried as it stands; help shows what matters. */
function hideUnsimulated(command: Command): void {
  const hidden = Object.entries(proxyOptions.options)
    .filter(([key]) => !(simulatedOptions as readonly string[]).includes(key))
    .map(([, { flag }]) => flag.slice(2));
  for (const option of command.options) {
    if (hidden.includes(option.long?.replace(/^--(no-)?/, '') ?? '')) option.hideHelp();
  }
}

/** Variants share their mistakes. */
function unique(problems: readonly OptionProblem[]): OptionProblem[] {
  return [...new Map(problems.map((each) => [JSON.stringify(each), each])).values()];
}
