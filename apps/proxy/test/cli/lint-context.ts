import { nothingGiven, resolveOptions } from '@spillway/options';
import type { LintContext } from '../../src/commands/check/lint/finding.ts';
import type { StopTimeouts } from '../../src/commands/check/stop-timeouts.ts';
import { type ProxyConfig, proxyOptions } from '../../src/config/proxy-options.ts';
import { resolveTargets } from '../../src/config/resolve-targets.ts';

const resolution = resolveOptions(proxyOptions, nothingGiven, {
  environment: {},
  cwd: '/nonexistent',
});
if (!resolution.ok) throw new Error('the defaults are invalid');
const { config: defaults } = resolution.resolved;

const forEver: StopTimeouts = {
  systemd: { ms: null, from: 'file', where: 'unit' },
  docker: { ms: null, from: 'file', where: 'compose' },
  kubernetes: { ms: null, from: 'file', where: 'pod' },
};

/** A context in which no rule finds anything, changed as a test needs it. */
export function contextWith(
  changes: Partial<ProxyConfig> = {},
  rest: Partial<LintContext> = {},
): LintContext {
  // Those that follow another option unless they are set.
  const autoMax = changes.poolMaxsize ?? defaults.poolMaxsize;
  const firstByteTimeoutMs = changes.readTimeoutMs ?? defaults.readTimeoutMs;
  const following = { autoMax, firstByteTimeoutMs };
  const config = {
    ...{ ...defaults, ...following },
    ...{ host: '10.1.1.1', targetHost: '10.0.0.5', ...changes },
  };
  return {
    config,
    targets: resolveTargets(config),
    stops: forEver,
    production: false,
    localNames: ['this-machine', '10.9.9.9'],
    service: null,
    ...rest,
  };
}
