import {
  type ConfigProperty,
  type ConfigValue,
  type FilePart,
  nearestName,
  resolveSection,
} from '@spillway/options';
import { ordinaryClass } from '../cli/class-kinds.ts';
import { fieldNameOf } from '../cli/free-header-name.ts';
import { proxyOptions } from '../cli/proxy-options.ts';
import type { HeaderEdits, RouteSettings } from './configuration.ts';
import { readHeaderEdits } from './read-header-edits.ts';
import type { ReadService } from './read-services.ts';
import type { SectionReader } from './section-reader.ts';

const part: FilePart = {
  scopes: ['request'],
  preset: false,
  sections: [
    ...['host', 'path', 'methods', 'headers', 'service', 'priority_class'],
    ...['strip_prefix', 'add_prefix', 'request_headers', 'response_headers'],
  ],
};

/** The routes of the file, in its order. */
export function readRoutes(
  reader: SectionReader,
  services: ReadonlyMap<string, ReadService>,
  section: ConfigProperty,
): RouteSettings[] {
  if (section.items === null) reader.refuse(section, 'routes must be an array, [ … ]');
  return (section.items ?? []).flatMap((item) => readRoute(reader, services, item) ?? []);
}

function readRoute(
  reader: SectionReader,
  services: ReadonlyMap<string, ReadService>,
  item: ConfigValue,
): RouteSettings | null {
  const properties = reader.object(item, 'a route');
  const named = properties.find(({ name }) => name === 'service');
  const service = serviceOf(reader, services, named ?? item, named?.value);
  if (service === null) return null;
  const own = resolveSection(proxyOptions, service.section, reader.file, properties, part);
  reader.problems.push(...own.problems);

  const read = <Value>(key: string, make: (at: ConfigProperty) => Value | null): Value | null => {
    const property = own.sections.get(key);
    return property === undefined ? null : make(property);
  };
  const prefix = (key: string): string | null =>
    read(key, (at) =>
      reader.text(at, key, 'a path that begins with /, such as /reports', prefixOf),
    );
  const edits = (key: string): HeaderEdits | null => read(key, (at) => readHeaderEdits(reader, at));

  return Object.freeze({
    host: read('host', (at) => reader.text(at, 'host', hostAllowed, hostOf)),
    path: read('path', (at) => reader.text(at, 'path', 'a path that begins with /', pathOf)),
    methods: read('methods', (at) => readMethods(reader, at)),
    headers: read('headers', (at) => readConditions(reader, at)) ?? {},
    service: service.name,
    settings: own.config,
    priorityClass: read('priority_class', (at) => readClass(reader, service, at)),
    stripPrefix: prefix('strip_prefix'),
    addPrefix: prefix('add_prefix'),
    requestHeaders: edits('request_headers'),
    responseHeaders: edits('response_headers'),
    where: reader.where(item),
  });
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

const hostAllowed = 'a host name without port, or *. and a host name';
const hostName = /^(?:\*\.)?[a-z\d_-]+(?:\.[a-z\d_-]+)*$|^\[[\da-f:.]+\]$/;

/** Compared without case and without the dot that may end a name. */
const hostOf = (text: string): string | null => {
  const host = text.toLowerCase().replace(/\.$/, '');
  return hostName.test(host) ? host : null;
};

const pathOf = (text: string): string | null => (/^\/[\x21-\x7e]*$/.test(text) ? text : null);

const prefixOf = (text: string): string | null =>
  /^\/[\x21-\x7e]*$/.test(text) && !/[?#]/.test(text) ? text : null;

function readMethods(reader: SectionReader, at: ConfigProperty): string[] {
  const methods = reader
    .array(at)
    .map((item) =>
      reader.text(item, 'methods', 'a list of methods in upper case', (text) =>
        /^[A-Z][A-Z-]*$/.test(text) ? text : null,
      ),
    );
  return methods.filter((method) => method !== null);
}

function readConditions(reader: SectionReader, at: ConfigProperty): Record<string, string> {
  const conditions: Record<string, string> = {};
  for (const property of reader.object(at, 'headers')) {
    const name = fieldNameOf(property.name);
    if (name === null) reader.refuse(property, `${JSON.stringify(property.name)} is no field name`);
    const value = reader.text(property, property.name, 'the value of the field', (text) => text);
    if (name !== null && value !== null) conditions[name] = value;
  }
  return conditions;
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
