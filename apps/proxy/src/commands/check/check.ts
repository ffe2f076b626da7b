import { addFlags, describeConfig, type GivenValues } from '@spillway/options';
import { paint, type Surroundings } from '@spillway/terminal';
import { proxyOptions, type ResolvedProxyOptions } from '../../config/proxy-options.ts';
import { resolveConfiguration } from '../../config/resolve-configuration.ts';
import { type AddCommand, reportProblems } from '../command.ts';
import { exitFailed, exitOk, exitUsage } from '../exit-codes.ts';
import { contextsHere } from './lint/context-here.ts';
import { lint, type NamedFinding } from './lint/rules.ts';
import { readStopTimeouts, type StopFiles } from './read-stop-timeouts.ts';
import { formatConfig, formatFinding, formatVerdict } from './report-findings.ts';

interface CheckSettings extends StopFiles {
  /** Warnings fail too. */
  readonly strict?: boolean;
  readonly json?: boolean;
  /** Also the configuration in force, with the source of each value. */
  readonly print?: boolean;
}

export const addCheck: AddCommand = (program, surroundings, end) => {
  const command = program
    .command('check')
    .description('validate the configuration and look for limits that contradict each other')
    .optionsGroup('Check:')
    .option('--strict', 'exit with 1 for warnings too')
    .option('--print', 'show the configuration in force, with the source of each value')
    .option('--json', 'answer as JSON')
    .option('--systemd-unit <file>', 'compare with the stop timeout of this unit')
    .option('--compose <file>', 'compare with the stop timeout of this compose file')
    .option('--kubernetes <file>', 'compare with the grace period in these manifests');
  const given = addFlags(command, proxyOptions);
  command.action((settings: CheckSettings) => end(runCheck(given(), settings, surroundings)));
};

/** 0: nothing is wrong. 1: findings. 2: the configuration is invalid. */
function runCheck(flags: GivenValues, settings: CheckSettings, surroundings: Surroundings): number {
  const resolution = resolveConfiguration(flags, surroundings);
  const { stops, problems: fileProblems } = readStopTimeouts(settings, surroundings.cwd);
  const problems = [...(resolution.ok ? [] : resolution.problems), ...fileProblems];
  if (!resolution.ok || problems.length > 0) {
    if (!settings.json) return reportProblems(problems, surroundings);
    surroundings.out(JSON.stringify({ ok: false, problems }, null, 2));
    return exitUsage;
  }
  const { resolved, configuration } = resolution;
  const findings = lint(
    contextsHere(configuration, stops, surroundings.environment),
    configuration,
  );
  const code = verdict(findings, settings.strict ?? false);
  report(resolved, findings, code, settings, surroundings);
  return code;
}

function verdict(findings: readonly NamedFinding[], strict: boolean): number {
  const failing = findings.some(
    ({ severity }) => severity === 'error' || (strict && severity === 'warning'),
  );
  return failing ? exitFailed : exitOk;
}

function report(
  resolved: ResolvedProxyOptions,
  findings: readonly NamedFinding[],
  code: number,
  settings: CheckSettings,
  { environment, out }: Surroundings,
): void {
  const inForce = settings.print ? describeConfig(proxyOptions, resolved) : null;
  if (settings.json) {
    const options = inForce?.map(({ fileKey, json, source }) => [fileKey, { value: json, source }]);
    const config = options ? { config: Object.fromEntries(options) } : {};
    out(JSON.stringify({ ok: code === exitOk, findings, ...config }, null, 2));
    return;
  }
  const colour = paint('stdout', environment);
  if (inForce) out(`${formatConfig(inForce, colour)}\n`);
  for (const finding of findings) out(formatFinding(finding, colour));
  out(formatVerdict(findings, resolved));
}
