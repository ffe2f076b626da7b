import { addFlags, type OptionProblem, resolveOptions } from '@spillway/options';
import { paint, type Surroundings } from '@spillway/terminal';
import type { Command } from 'commander';
import { proxyOptions } from '../../config/proxy-options.ts';
import { type AddCommand, reportProblems } from '../command.ts';
import { exitOk } from '../exit-codes.ts';
import { buildScenario } from './build-scenario.ts';
import { formatComparison } from './format-comparison.ts';
import { formatRun } from './format-run.ts';
import { simulateHelp } from './help-text.ts';
import type { Run } from './run.ts';
import { runsAsJson } from './runs-as-json.ts';
import { simulatedOptions, simulateOptions } from './simulate-options.ts';
import { type Variant, variantsOf } from './variants.ts';

interface SimulateSettings {
  readonly json?: boolean;
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
    .option('--json', 'answer as JSON')
    .addHelpText('after', simulateHelp);
  const given = addFlags(command, simulateOptions);
  hideUnsimulated(command);
  command.action(async (settings: SimulateSettings) => {
    const { variants, problems } = variantsOf(given(), settings);
    const runs = await runAll(variants, problems, surroundings);
    end(runs === null ? reportProblems(unique(problems), surroundings) : exitOk);
    if (runs !== null) surroundings.out(describe(runs, settings, surroundings));
  });
};

/** Null when anything is wrong with any of them: none is played then. */
async function runAll(
  variants: readonly Variant[],
  problems: OptionProblem[],
  surroundings: Surroundings,
): Promise<Run[] | null> {
  const built: Omit<Run, 'result'>[] = [];
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
  if (problems.length > 0) return null;
  const { simulate } = await import('@spillway/simulation');
  return built.map((run) => ({ ...run, result: simulate(run.scenario) }));
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
