import { hostname, networkInterfaces } from 'node:os';
import type { Configuration } from '../../../config/configuration.ts';
import type { StopTimeouts } from '../stop-timeouts.ts';
import type { LintContext } from './finding.ts';

/** Each service of the configuration with what rules have to know of this machine. */
export function contextsHere(
  { services }: Configuration,
  stops: StopTimeouts,
  environment: NodeJS.ProcessEnv,
): LintContext[] {
  const production = environment.NODE_ENV === 'production';
  const names = localNames();
  return services.map(({ name, settings, targets }) => ({
    ...{ config: settings, targets, stops, production, localNames: names },
    service: services.length === 1 ? null : name,
  }));
}

function localNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  return [hostname(), ...addresses.map(({ address }) => address)].map((name) => name.toLowerCase());
}
