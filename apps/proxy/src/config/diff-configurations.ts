import { isDeepStrictEqual } from 'node:util';
import type { FieldEditsOptions } from '@spillway/core';
import { fileKeyOf, optionInForce } from './config-in-force.ts';
import type { Configuration, TargetSettings } from './configuration.ts';
import { type ProxyConfig, proxyOptions } from './proxy-options.ts';
import type { Steps } from './steps.ts';

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
const scopeOf = (key: Key) => proxyOptions.options[key].scope ?? 'instance';
const keysOf = {
  instance: keys.filter((key) => scopeOf(key) === 'instance'),
  service: keys.filter((key) => scopeOf(key) !== 'instance'),
  request: keys.filter((key) => scopeOf(key) === 'request'),
};

/** What has changed, secrets redacted. */
export function* diffConfigurations(
  before: Configuration,
  after: Configuration,
): Steps<ConfigurationChange[]> {
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
    yield;
  }
  for (const { name, targets } of known.values()) {
    changes.push({
      ...{ where: `service ${name}`, what: 'service', from: targetsOf(targets), to: null },
    });
  }
  const [old, now] = [yield* routesOf(before), yield* routesOf(after)];
  if (yield* differ(old, now)) {
    const [from, to] = [old, now].map((routes) => routes.map(withoutValues));
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
  return differing(keysOf[scope], before, after).map((key) => ({
    ...{ where, what: fileKeyOf(key) },
    ...{ from: optionInForce(before, key), to: optionInForce(after, key) },
  }));
}

/** Mostly the very same values: only others are looked into. */
const differing = (some: readonly Key[], one: ProxyConfig, other: ProxyConfig): Key[] =>
  one === other
    ? []
    : some.filter((key) => one[key] !== other[key] && !isDeepStrictEqual(one[key], other[key]));

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
export function* routesOf({ services, routes }: Configuration): Steps<ShownRoute[]> {
  const byName = new Map(services.map(({ name, settings }) => [name, settings]));
  const shown: ShownRoute[] = [];
  for (const route of routes) {
    shown.push({
      ...route.conditions,
      service: route.service,
      strip_prefix: route.path.stripPrefix,
      add_prefix: route.path.addPrefix,
      priority_class: route.priorityClass ?? undefined,
      request_headers: route.requestHeaders ?? undefined,
      response_headers: route.responseHeaders ?? undefined,
      ...ownSettings(route.settings, byName.get(route.service) as ProxyConfig),
    });
    yield;
  }
  return shown;
}

function* differ(some: readonly ShownRoute[], others: readonly ShownRoute[]): Steps<boolean> {
  if (some.length !== others.length) return true;
  for (const [i, route] of some.entries()) {
    if (!isDeepStrictEqual(route, others[i])) return true;
    yield;
  }
  return false;
}

type ShownRoute = Record<string, unknown> &
  Partial<Record<'request_headers' | 'response_headers', FieldEditsOptions | undefined>>;

function ownSettings(route: ProxyConfig, service: ProxyConfig): Record<string, unknown> {
  const own = differing(keysOf.request, route, service);
  return Object.fromEntries(own.map((key) => [fileKeyOf(key), optionInForce(route, key)]));
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
