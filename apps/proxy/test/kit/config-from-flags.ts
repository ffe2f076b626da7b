import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addFlags, formatProblem } from '@spillway/options';
import { engineFlags, temporaryDirectory } from '@spillway/test-kit';
import { Command } from 'commander';
import type { Configuration } from '../../src/config/configuration.ts';
import { type ProxyConfig, proxyOptions } from '../../src/config/proxy-options.ts';
import {
  type ConfigurationResolution,
  resolveInSteps,
} from '../../src/config/resolve-configuration.ts';
import { allAtOnce, type Steps } from '../../src/config/steps.ts';

/** Flags of `proxy start` as somebody types them; `true` and `false` are for switches. */
export type Flags = Readonly<Record<`--${string}`, string | number | boolean | readonly string[]>>;

/** A complete configuration by the real table: what no flag gives has its documented default. */
export const configFromFlags = (flags: Flags): ProxyConfig =>
  configurationFromFlags(flags).settings;

export function configurationFromFlags(flags: Flags, file: object | null = null): Configuration {
  const resolution = resolutionOf(flags, file);
  if (!resolution.ok) throw new Error(resolution.problems.map(formatProblem).join('\n'));
  return resolution.configuration;
}

/** `file`: what a proxy_config.json says; null: there is none. */
const resolutionOf = (flags: Flags, file: object | null): ConfigurationResolution =>
  allAtOnce(resolutionSteps(flags, file));

/** The same, as a reload reads it. */
export function resolutionSteps(flags: Flags, file: object | null): Steps<ConfigurationResolution> {
  const cwd = file === null ? import.meta.dirname : temporaryDirectory();
  if (file !== null) writeFileSync(join(cwd, 'proxy_config.json'), JSON.stringify(file, null, 1));
  const command = new Command().exitOverride();
  const read = addFlags(command, proxyOptions);
  command.action(() => {});
  const argv = [...engineFlags, ...Object.entries(flags).flatMap(argumentsOf)];
  command.parse(argv, { from: 'user' });
  return resolveInSteps(read(), { environment: {}, cwd });
}

function argumentsOf([flag, value]: [string, Flags[`--${string}`]]): string[] {
  if (value === true) return [flag];
  if (value === false) return [`--no-${flag.slice(2)}`];
  const values = Array.isArray(value) ? value : [value];
  return values.flatMap((one) => [flag, String(one)]);
}
