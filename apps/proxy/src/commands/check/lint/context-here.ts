import { hostname, networkInterfaces } from 'node:os';
import type { ProxyConfig } from '../../../cli/proxy-options.ts';
import { resolveTargets } from '../../../cli/resolve-targets.ts';
import type { StopTimeouts } from '../stop-timeouts.ts';
import type { LintContext } from './finding.ts';

/** The configuration with what rules have to know of this machine. */
export const contextHere = (
  config: ProxyConfig,
  stops: StopTimeouts,
  environment: NodeJS.ProcessEnv,
): LintContext => ({
  config,
  targets: resolveTargets(config),
  stops,
  production: environment.NODE_ENV === 'production',
  localNames: localNames(),
});

function localNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  return [hostname(), ...addresses.map(({ address }) => address)].map((name) => name.toLowerCase());
}
