import { isDeepStrictEqual } from 'node:util';
import type { FieldEditsOptions } from '@spillway/core';
import { configInForce } from './config-in-force.ts';
import type { Configuration, TargetSettings } from './configuration.ts';
import { type ProxyConfig, proxyOptions } from './proxy-options.ts';

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
  if (!isDeepStrictEqual(routesOf(before), routesOf(after))) {
    const [from, to] = [before, after].map((one) => routesOf(one).map(withoutValues));
    changes.push({ where: 'routes', what: 'routes', from, to });
  }
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

/** The routes as the file has them, with what they set themselves; where each stands may change freely. */
const routesOf = ({ services, routes }: Configuration): ShownRoute[] => {
  const byName = new Map(services.map(({ name, settings }) => [name, settings]));
  return routes.map((route) => ({
    ...route.conditions,
    service: route.service,
    strip_prefix: route.path.stripPrefix,
    add_prefix: route.path.addPrefix,
    priority_class: route.priorityClass ?? undefined,
    request_headers: route.requestHeaders ?? undefined,
    response_headers: route.responseHeaders ?? undefined,
    ...ownSettings(route.settings, byName.get(route.service) as ProxyConfig),
  }));
};

type ShownRoute = Record<string, unknown> &
  Partial<Record<'request_headers' | 'response_headers', FieldEditsOptions | undefined>>;

function ownSettings(route: ProxyConfig, service: ProxyConfig): Record<string, unknown> {
  const own = keys.filter((key) => !isDeepStrictEqual(route[key], service[key]));
  const shown = configInForce(route);
  return Object.fromEntries(own.map(fileKeyOf).map((what) => [what, shown[what]]));
}

/** A field's value may be a password for the target. */
function withoutValues({ request_headers, response_headers, ...route }: ShownRoute): unknown {
  return {
    ...route,
    ...(request_headers && { request_headers: namesIn(request_headers) }),
    ...(response_headers && { response_headers: namesIn(response_headers) }),
  };
}

const namesIn = ({ set = {}, add = {}, remove = [] }: FieldEditsOptions): unknown => ({
  ...(Object.keys(set).length > 0 && { set: Object.keys(set) }),
  ...(Object.keys(add).length > 0 && { add: Object.keys(add) }),
  ...(remove.length > 0 && { remove }),
});
