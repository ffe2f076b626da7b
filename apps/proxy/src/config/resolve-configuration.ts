import {
  describeSource,
  type GivenValues,
  type OptionProblem,
  problem,
  resolveOptions,
  type Surroundings,
} from '@spillway/options';
import type {
  Configuration,
  RouteSettings,
  ServiceSettings,
  TargetSettings,
} from './configuration.ts';
import { longestSilenceMs } from './longest-silence.ts';
import { type ProxyConfig, proxyOptions, type ResolvedProxyOptions } from './proxy-options.ts';
import { readRoutes } from './read-routes.ts';
import { type ReadService, readServices } from './read-services.ts';
import { resolveTargets } from './resolve-targets.ts';
import { SectionReader } from './section-reader.ts';
import { allAtOnce, type Steps } from './steps.ts';

export interface ResolvedConfiguration {
  readonly resolved: ResolvedProxyOptions;
  readonly configuration: Configuration;
}

export type ConfigurationResolution =
  | ({ readonly ok: true } & ResolvedConfiguration)
  | { readonly ok: false; readonly problems: readonly OptionProblem[] };

/** Flags, environment and file as one complete configuration; or everything that is wrong with them. */
export const resolveConfiguration = (
  flags: GivenValues,
  surroundings: Surroundings,
): ConfigurationResolution => allAtOnce(resolveInSteps(flags, surroundings));

/** The same, for a proxy that serves meanwhile. */
export function* resolveInSteps(
  flags: GivenValues,
  surroundings: Surroundings,
): Steps<ConfigurationResolution> {
  const resolution = resolveOptions(proxyOptions, flags, surroundings);
  const resolved = resolution.ok ? resolution.resolved : resolution.rest;
  yield;
  const { sections, file } = resolved;
  const reader = new SectionReader(file ?? '');
  const configuration = yield* readSections(reader, resolved);
  const found = [...(resolution.ok ? [] : resolution.problems), ...reader.problems];
  if (found.length > 0) return { ok: false, problems: unique(found) };
  if (sections.size > 0) {
    const problems = findConflicts(resolved);
    if (problems.length > 0) return { ok: false, problems };
  }
  return { ok: true, resolved, configuration };
}

function* readSections(
  reader: SectionReader,
  resolved: ResolvedProxyOptions,
): Steps<Configuration> {
  const { sections } = resolved;
  const [services, routes] = [sections.get('services'), sections.get('routes')];
  const read =
    services === undefined
      ? theOnlyService(resolved)
      : yield* readServices(reader, resolved, services);
  const all = [...read.values()];
  const rules =
    routes === undefined
      ? impliedRoutes(reader, all, services)
      : yield* readRoutes(reader, read, routes);
  const settings = withDrainForAll(resolved, [...all, ...rules]);
  return Object.freeze({
    settings,
    services: Object.freeze(
      all.map(({ name, targets, settings: own }) =>
        Object.freeze({
          ...{ name, targets },
          settings: Object.freeze({ ...own, drainTimeoutMs: settings.drainTimeoutMs }),
        }),
      ),
    ),
    routes: Object.freeze(rules),
  });
}

/** Without services in the file the options describe one. */
function theOnlyService(resolved: ResolvedProxyOptions): Map<string, ReadService> {
  const { config: settings } = resolved;
  const name = 'default';
  return new Map([[name, { name, settings, targets: targetsOf(settings), section: resolved }]]);
}

/** Unless it is set, a drain lasts as long as the slowest service or route may take. */
function withDrainForAll(
  { config, sources }: ResolvedProxyOptions,
  parts: readonly Pick<ServiceSettings, 'settings'>[],
): ProxyConfig {
  if (sources.drainTimeoutMs.from !== 'default') return config;
  const longest = parts.map(({ settings }) => longestSilenceMs(settings));
  return Object.freeze({ ...config, drainTimeoutMs: Math.max(0, ...longest) });
}

/** One service needs no routes: everything goes there. */
function impliedRoutes(
  reader: SectionReader,
  services: readonly ServiceSettings[],
  section: { readonly line: number } | undefined,
): RouteSettings[] {
  const [only, ...others] = services;
  if (only === undefined) return [];
  if (others.length > 0 && section !== undefined) {
    reader.refuse(section, 'several services need routes, so that each request finds its own');
    return [];
  }
  return [everythingTo(only)];
}

/** All requests to one service, as options alone describe it. */
export function oneService(settings: ProxyConfig): Configuration {
  const service = Object.freeze({ name: 'default', settings, targets: targetsOf(settings) });
  return Object.freeze({ settings, services: [service], routes: [everythingTo(service)] });
}

const targetsOf = (settings: ProxyConfig): readonly TargetSettings[] =>
  resolveTargets(settings).map(({ origin }) =>
    Object.freeze({ origin, weight: 1, maxConcurrentRequests: null }),
  );

export const everythingTo = ({ name, settings }: ServiceSettings): RouteSettings =>
  Object.freeze({
    ...{ conditions: {}, service: name, settings, priorityClass: null, path: {}, where: '' },
    ...{ requestHeaders: null, responseHeaders: null },
  });

/** Targets of the flags would have no service to belong to. */
function findConflicts({ sections, sources }: ResolvedProxyOptions): OptionProblem[] {
  if (!sections.has('services')) return [];
  return [sources.targets, sources.targetHost]
    .filter(({ from }) => from !== 'default')
    .map((source) => {
      const message = 'the file has services, each with its own targets: leave this one out';
      return problem('conflict', describeSource(source), message);
    });
}

/** What a default says wrong is wrong in every service that keeps it. */
function unique(problems: readonly OptionProblem[]): OptionProblem[] {
  const seen = new Map(problems.map((one) => [`${one.source}: ${one.message}`, one]));
  return [...seen.values()];
}
