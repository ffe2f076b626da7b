import {
  type FieldCondition,
  type FieldEditsOptions,
  pathPrefixFault,
  type RouteConditions,
  type RouteFault,
  routeFaults,
} from '@spillway/core';
import {
  type ConfigProperty,
  type ConfigValue,
  type FilePart,
  nearestName,
  resolveSection,
} from '@spillway/options';
import { ordinaryClass } from './class-kinds.ts';
import type { RouteSettings } from './configuration.ts';
import { proxyOptions } from './proxy-options.ts';
import { readHeaderEdits } from './read-header-edits.ts';
import type { ReadService } from './read-services.ts';
import type { SectionReader } from './section-reader.ts';
import type { Steps } from './steps.ts';

export const routePart = {
  scopes: ['request'],
  preset: false,
  sections: [
    ...(['host', 'path', 'methods', 'headers', 'service', 'priority_class'] as const),
    ...(['strip_prefix', 'add_prefix', 'request_headers', 'response_headers'] as const),
  ],
} as const satisfies FilePart;

/** The routes of the file, in its order. */
export function* readRoutes(
  reader: SectionReader,
  services: ReadonlyMap<string, ReadService>,
  section: ConfigProperty,
): Steps<RouteSettings[]> {
  if (section.items === null) reader.refuse(section, 'routes must be an array, [ … ]');
  const routes: RouteSettings[] = [];
  for (const item of section.items ?? []) {
    const route = readRoute(reader, services, item);
    if (route !== null) routes.push(route);
    yield;
  }
  return routes;
}

function readRoute(
  reader: SectionReader,
  services: ReadonlyMap<string, ReadService>,
  item: ConfigValue,
): RouteSettings | null {
  const properties = reader.object(item, 'a route');
  const named = properties.find(({ name }) => name === 'service');
  const found = serviceOf(reader, services, named ?? item, named?.value);
  // Where it is unknown, what else is wrong with the route is told as well.
  const service = found ?? services.values().next().value;
  if (service === undefined) return null;
  const own = resolveSection(proxyOptions, service.section, reader.file, properties, routePart);
  reader.problems.push(...own.problems);

  const read = <Value>(key: string, make: (at: ConfigProperty) => Value | null): Value | null => {
    const property = own.sections.get(key);
    return property === undefined ? null : make(property);
  };
  const edits = (key: string): FieldEditsOptions | null =>
    read(key, (at) => readHeaderEdits(reader, at));

  const route = Object.freeze({
    conditions: readConditions(reader, own.sections),
    service: service.name,
    settings: own.config,
    priorityClass: read('priority_class', (at) => readClass(reader, service, at)),
    path: {
      stripPrefix: read('strip_prefix', (at) => readPrefix(reader, at)) ?? undefined,
      addPrefix: read('add_prefix', (at) => readPrefix(reader, at)) ?? undefined,
    },
    requestHeaders: edits('request_headers'),
    responseHeaders: edits('response_headers'),
    where: reader.where(item),
  });
  return found === null ? null : route;
}

/** A route that names none goes to the only service there is. */
function serviceOf(
  reader: SectionReader,
  services: ReadonlyMap<string, ReadService>,
  at: ConfigValue,
  name: unknown,
): ReadService | null {
  const names = [...services.keys()];
  if (name === undefined) {
    const [only] = services.values();
    if (services.size === 1 && only !== undefined) return only;
    return reader.refuse(at, `a route needs its service: ${names.join(', ')}`);
  }
  const service = typeof name === 'string' ? services.get(name) : undefined;
  if (service !== undefined) return service;
  const near = nearestName(String(name), names);
  const hint = near === null ? `there are ${names.join(', ')}` : `did you mean ${near}?`;
  return reader.refuse(at, `there is no service ${JSON.stringify(name)}; ${hint}`);
}

/** What a request has to be like; left out: any. */
function readConditions(
  reader: SectionReader,
  sections: ReadonlyMap<string, ConfigProperty>,
): RouteConditions {
  const at = (key: RouteFault['key']) => sections.get(key);
  const text = (property: ConfigProperty | undefined) =>
    property && (reader.text(property, property.name, 'a text', (held) => held) ?? undefined);
  const conditions: RouteConditions = {
    host: text(at('host')),
    path: text(at('path')),
    methods: readMethods(reader, at('methods')),
    headers: readHeaders(reader, at('headers')),
  };
  for (const { key, problem } of routeFaults(conditions)) {
    reader.refuse(at(key) as ConfigProperty, `${key} ${problem}`);
  }
  return conditions;
}

function readMethods(reader: SectionReader, at: ConfigProperty | undefined): string[] | undefined {
  return (
    at &&
    reader
      .array(at)
      .flatMap((item) => reader.text(item, 'methods', 'a list of methods', (text) => text) ?? [])
  );
}

/** `{ "x-tenant": "acme" }`; true: whatever its value, false: absent. */
function readHeaders(
  reader: SectionReader,
  at: ConfigProperty | undefined,
): RouteConditions['headers'] {
  if (at === undefined) return undefined;
  const conditions: Record<string, FieldCondition> = {};
  for (const property of reader.object(at, 'headers')) {
    const { name, value } = property;
    if (typeof value === 'boolean') conditions[name] = { present: value };
    else {
      const exact = reader.text(
        property,
        name,
        'a value, or true or false for any or none',
        (text) => text,
      );
      if (exact !== null) conditions[name] = exact;
    }
  }
  return conditions;
}

function readPrefix(reader: SectionReader, at: ConfigProperty): string | null {
  const prefix = reader.text(at, at.name, 'a path such as /reports', (text) => text);
  const fault = prefix === null ? null : pathPrefixFault(prefix);
  return fault === null
    ? prefix
    : reader.refuse(at, `${at.name} ${JSON.stringify(prefix)} ${fault}`);
}

function readClass(
  reader: SectionReader,
  { name, settings }: ReadService,
  at: ConfigProperty,
): string | null {
  const classes = [ordinaryClass, ...settings.priorityClasses.map((one) => one.name)];
  const allowed = `a class of the service ${name}: ${classes.join(', ')}`;
  return reader.text(at, 'priority_class', allowed, (text) =>
    classes.includes(text) ? text : null,
  );
}
