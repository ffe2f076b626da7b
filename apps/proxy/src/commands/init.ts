import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { commandNames } from '@spillway/contracts';
import { nearestName, type OptionProblem, problem, starterFile } from '@spillway/options';
import type { Surroundings } from '@spillway/terminal';
import { proxyOptions } from '../config/proxy-options.ts';
import { proxyPresets } from '../config/proxy-presets.ts';
import { type AddCommand, reportProblems } from './command.ts';
import { exitFailed, exitOk } from './exit-codes.ts';

interface InitSettings {
  readonly preset?: string;
  readonly target?: string;
  readonly output: string;
  readonly force?: boolean;
}

const headline = [
  'Options of the proxy: JSON with comments and trailing commas.',
  'Flags and SPILLWAY_ variables win over this file; all options: docs/options.md.',
  'Durations: "500ms", "30s", "5m", "1h", or a number of seconds. Sizes: "64KiB", "1MB", or bytes.',
];

/** In a block comment, as it takes two lines away to have it. */
const servicesAndRoutes = [
  '// ---- Services and routes ----',
  '// Several backends, each with its own limit and queue, in place of a target above: docs/configuration.md.',
  '/*',
  '"services": {',
  '  "models": { "targets": ["http://127.0.0.1:8000"], "max_concurrent_requests": 8 },',
  '  "reports": { "targets": ["http://127.0.0.1:9000"], "preset": "long-requests" },',
  '},',
  '"routes": [',
  '  { "path": "/reports/", "service": "reports", "strip_prefix": "/reports" },',
  '  { "service": "models" },',
  '],',
  '*/',
];

export const addInit: AddCommand = (program, surroundings, end) => {
  const presets = Object.keys(proxyPresets).join(', ');
  program
    .command('init')
    .description('write a commented starter proxy_config.json')
    .option('--preset <name>', `set the values of a scenario: ${presets}`)
    .option('--target <url>', 'set the upstream')
    .option('--output <file>', 'where to', proxyOptions.defaultFile)
    .option('--force', 'overwrite a file that is there')
    .action((settings: InitSettings) => end(runInit(settings, surroundings)));
};

/** Writes a starter file; 2 when something is in its way or misspelt, 1 when the disk refuses. */
function runInit(settings: InitSettings, surroundings: Surroundings): number {
  const targets = proxyOptions.options.targets.kind.schema.safeParse(settings.target ?? []);
  const preset = presetNamed(settings.preset);
  const problems: OptionProblem[] = [];
  if (preset === null) problems.push(unknownPreset(String(settings.preset)));
  if (!targets.success) {
    const { allowed } = proxyOptions.options.targets.kind;
    const message = `must be ${allowed}, not ${JSON.stringify(settings.target)}`;
    problems.push(problem('invalid_value', 'flag --target', message));
  }
  if (preset === null || !targets.success) return reportProblems(problems, surroundings);

  const active = { ...preset, ...(targets.data.length > 0 ? { targets: targets.data } : {}) };
  const chosen =
    settings.preset === undefined ? [] : [`Active: the values of preset ${settings.preset}.`];
  const text = starterFile(proxyOptions, [...headline, ...chosen], active, servicesAndRoutes);
  return write(text, settings, surroundings);
}

function write(text: string, settings: InitSettings, surroundings: Surroundings): number {
  const { output, force = false } = settings;
  try {
    writeFileSync(resolve(surroundings.cwd, output), text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      const message = `${output} is there already; --force overwrites it`;
      return reportProblems([problem('conflict', 'flag --output', message)], surroundings);
    }
    surroundings.err(`proxy: cannot write ${output}: ${code}`);
    return exitFailed;
  }
  surroundings.out(
    `wrote ${output}; look it over, then: ${commandNames.proxy} check --config ${output}`,
  );
  return exitOk;
}

function presetNamed(name: string | undefined): Readonly<Record<string, unknown>> | null {
  if (name === undefined) return {};
  return Object.entries(proxyPresets).find(([known]) => known === name)?.[1].values ?? null;
}

function unknownPreset(name: string): OptionProblem {
  const names = Object.keys(proxyPresets);
  const message = `there is no preset ${JSON.stringify(name)}; there are ${names.join(', ')}`;
  return {
    code: 'unknown_preset',
    source: 'flag --preset',
    message,
    nearest: nearestName(name, names),
  };
}
