import { addFlags, type GivenValues } from '@spillway/options';
import { proxyOptions } from '../../config/proxy-options.ts';
import { resolveConfiguration } from '../../config/resolve-configuration.ts';
import { type AddCommand, reportProblems } from '../command.ts';
import { exitFailed, exitOk, exitUsage } from '../exit-codes.ts';
import { formatPath } from './format-path.ts';
import { readAsked } from './read-asked.ts';
import { traceRoute } from './trace-route.ts';

interface RoutesSettings {
  readonly method: string;
  readonly header: readonly string[];
  readonly json?: boolean;
}

export const addRoutes: AddCommand = (program, surroundings, end) => {
  const command = program
    .command('routes')
    .description('show which service a request would go to, and why')
    .argument('<url>', 'URL of a request, or only its path')
    .optionsGroup('Request:')
    .option('--method <method>', 'method of the request', 'GET')
    .option(
      '--header <field>',
      "field of the request, such as 'X-Tenant: acme'; repeatable",
      append,
      [],
    )
    .option('--json', 'answer as JSON');
  const given = addFlags(command, proxyOptions);
  command.action((url: string, settings: RoutesSettings) => end(run(given(), url, settings)));

  /** 0: it has a route. 1: it has none. 2: the configuration or the request is invalid. */
  function run(flags: GivenValues, url: string, settings: RoutesSettings): number {
    const resolution = resolveConfiguration(flags, surroundings);
    const asked = readAsked(url, settings.method, settings.header);
    const problems = [...(resolution.ok ? [] : resolution.problems), ...asked.problems];
    if (!resolution.ok || problems.length > 0) {
      if (!settings.json) return reportProblems(problems, surroundings);
      surroundings.out(JSON.stringify({ ok: false, problems }, null, 2));
      return exitUsage;
    }
    const path = traceRoute(resolution.configuration, asked);
    surroundings.out(settings.json ? JSON.stringify(path, null, 2) : formatPath(asked, path));
    return path.service === null ? exitFailed : exitOk;
  }
};

const append = (value: string, before: readonly string[]): string[] => [...before, value];
