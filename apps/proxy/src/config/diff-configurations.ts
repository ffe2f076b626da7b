import { isDeepStrictEqual } from 'node:util';
import { type ProxyConfig, proxyOptions } from '../cli/proxy-options.ts';
import { configInForce } from '../observe/config-in-force.ts';
import type { Configuration, TargetSettings } from './configuration.ts';

/** One thing that differs between two configurations. */
export interface ConfigurationChange {
  /** `service models`, `routes`, or `proxy` for what holds for the whole process. */
  readonly where: string;
  /** Key of the file, `target`, or `service`. */
  readonly what: string;
  /** As JSON; null: it was not there. */
  readonly from: unknown;
  /** As JSON; null: it is gone. */
  readonly to: unknown;
}

type Key = keyof ProxyConfig;

const keys = Object.keys(proxyOptions.options) as Key[];
const fileKeyOf = (key: Key): string =>
  proxyOptions.options[key].flag.slice(2).replaceAll('-', '_');

/** What has changed, secrets redacted. */
export function diffConfigurations(
  before: Configuration,
  after: Configuration,
): ConfigurationChange[] {
  const changes = diffSettings('proxy', before.settings, after.settings, 'instance');
  const known = new Map(before.services.map((service) => [service.name, service]));
  for (const service of after.services) {
    const old = known.get(service.name);
    known.delete(service.name);
    const where = `service ${service.name}`;
    if (old === undefined) {
      changes.push({ where, what: 'service', from: null, to: targetsOf(service.targets) });
      continue;
    }
    changes.push(...diffSettings(where, old.settings, service.settings, 'service'));
    changes.push(...diffTargets(where, old.targets, service.targets));
  }
  for (const { name, targets } of known.values()) {
    changes.push({
      ...{ where: `service ${name}`, what: 'service', from: targetsOf(targets), to: null },
    });
  }
  const [from, to] = [before, after].map(routesOf);
  if (!isDeepStrictEqual(from, to)) changes.push({ where: 'routes', what: 'routes', from, to });
  return changes;
}

/** Options of the process are told once, those of services with the service. */
function diffSettings(
  where: string,
  before: ProxyConfig,
  after: ProxyConfig,
  scope: 'instance' | 'service',
): ConfigurationChange[] {
  const [from, to] = [configInForce(before), configInForce(after)];
  return keys.flatMap((key) => {
    const isOfProcess = (proxyOptions.options[key].scope ?? 'instance') === 'instance';
    if (isOfProcess !== (scope === 'instance')) return [];
    if (isDeepStrictEqual(before[key], after[key])) return [];
    const what = fileKeyOf(key);
    return { where, what, from: from[what], to: to[what] };
  });
}

function diffTargets(
  where: string,
  before: readonly TargetSettings[],
  after: readonly TargetSettings[],
): ConfigurationChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  return [{ where, what: 'targets', from: targetsOf(before), to: targetsOf(after) }];
}

const targetsOf = (targets: readonly TargetSettings[]): unknown =>
  targets.map((target) =>
    target.weight === 1 && target.maxConcurrentRequests === null ? target.origin : target,
  );

/** What each route says itself: what it has from its service is told there, and where it stands may change freely. */
function routesOf({ services, routes }: Configuration): unknown {
  const known = new Map(services.map((service) => [service.name, service.settings]));
  return routes.map(({ where: _, settings, ...route }) => {
    const inherited = known.get(route.service);
    const own = keys.filter((key) => !isDeepStrictEqual(settings[key], inherited?.[key]));
    const shown = configInForce(settings);
    return {
      ...route,
      settings: Object.fromEntries(own.map((key) => [fileKeyOf(key), shown[fileKeyOf(key)]])),
    };
  });
}
