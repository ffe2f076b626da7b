import { isIPv6 } from 'node:net';
import type { ProxyConfig } from './proxy-options.ts';

export interface Target {
  /** Where it is, as `formatTarget` writes it: `http://[::1]:8000`, `unix:/run/app.sock`. */
  readonly origin: string;
}

/** The upstreams in force; empty when none is configured. */
export function resolveTargets(
  config: Pick<ProxyConfig, 'targetHost' | 'targetPort' | 'targets'>,
): readonly Target[] {
  if (config.targetHost === null) return config.targets.map((origin) => ({ origin }));
  const host = isIPv6(config.targetHost) ? `[${config.targetHost}]` : config.targetHost;
  return [{ origin: new URL(`http://${host}:${config.targetPort}`).origin }];
}
