import {
  type ConfigProperty,
  type FilePart,
  type ResolvedSection,
  resolveSection,
} from '@spillway/options';
import type { ServiceSettings, TargetSettings } from './configuration.ts';
import { proxyOptions, type ResolvedProxyOptions } from './proxy-options.ts';
import { readTarget } from './read-target.ts';
import type { SectionReader } from './section-reader.ts';
import type { Steps } from './steps.ts';

/** A service with what its routes build on. */
export interface ReadService extends ServiceSettings {
  readonly section: Pick<
    ResolvedSection<typeof proxyOptions.options>,
    'config' | 'sources' | 'given'
  >;
}

export const servicePart = {
  scopes: ['service', 'request'],
  preset: true,
  sections: ['targets'],
} as const satisfies FilePart;
export const serviceName = /^[A-Za-z\d](?:[\w.-]{0,61}[A-Za-z\d])?$/;

/** The services of the file by name, in its order. */
export function* readServices(
  reader: SectionReader,
  resolved: ResolvedProxyOptions,
  section: ConfigProperty,
): Steps<Map<string, ReadService>> {
  const services = new Map<string, ReadService>();
  const entries = reader.object(section, 'services');
  if (entries.length === 0) reader.refuse(section, 'services must name at least one service');
  for (const entry of entries) {
    const { name } = entry;
    if (!serviceName.test(name)) {
      const allowed = 'letters, digits and . _ - between them, at most 63';
      reader.refuse(entry, `the name of a service is ${allowed}, not ${JSON.stringify(name)}`);
    } else if (services.has(name)) {
      reader.refuse(entry, `there is a service ${name} already`);
    } else {
      services.set(name, readService(reader, resolved, entry));
    }
    yield;
  }
  return services;
}

function readService(
  reader: SectionReader,
  resolved: ResolvedProxyOptions,
  entry: ConfigProperty,
): ReadService {
  const { name } = entry;
  const properties = reader.object(entry, `the service ${name}`);
  const section = resolveSection(proxyOptions, resolved, reader.file, properties, servicePart);
  reader.problems.push(...section.problems);
  const targets = readTargets(reader, entry, section.sections.get('targets'));
  return { name, settings: section.config, targets, section };
}

function readTargets(
  reader: SectionReader,
  service: ConfigProperty,
  property: ConfigProperty | undefined,
): readonly TargetSettings[] {
  if (property === undefined || property.items?.length === 0) {
    reader.refuse(property ?? service, `the service ${service.name} needs at least one target`);
    return [];
  }
  const targets: TargetSettings[] = [];
  for (const item of reader.array(property)) {
    const target = readTarget(reader, item);
    if (target === null) continue;
    if (targets.some(({ origin }) => origin === target.origin)) {
      reader.refuse(item, `${target.origin} is a target of ${service.name} already`);
    } else {
      targets.push(Object.freeze(target));
    }
  }
  return Object.freeze(targets);
}
