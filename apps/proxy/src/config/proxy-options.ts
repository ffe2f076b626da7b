import { type ConfigOf, defineOptions, type ResolvedOptions } from '@spillway/options';
import { contradictions } from './contradictions/contradictions.ts';
import { admissionOptions } from './options/admission.ts';
import { balanceOptions } from './options/balance.ts';
import { circuitBreakerOptions } from './options/circuit-breaker.ts';
import { classesOptions } from './options/classes.ts';
import { clientsOptions } from './options/clients.ts';
import { lifecycleOptions } from './options/lifecycle.ts';
import { limitsOptions } from './options/limits.ts';
import { listenOptions } from './options/listen.ts';
import { listenTlsOptions } from './options/listen-tls.ts';
import { logsOptions } from './options/logs.ts';
import { poolOptions } from './options/pool.ts';
import { retryOptions } from './options/retry.ts';
import { selfProtectionOptions } from './options/self-protection.ts';
import { targetOptions } from './options/target.ts';
import { timeoutsOptions } from './options/timeouts.ts';
import { watchingOptions } from './options/watching.ts';
import { proxyPresets } from './proxy-presets.ts';
import { targetConflicts } from './target-conflicts.ts';
import { tlsConflicts } from './tls-conflicts.ts';
import { watchingConflicts } from './watching-conflicts.ts';

/** Every option of the proxy. Flags, file, environment, help, schema and docs derive from it. */
export const proxyOptions = defineOptions({
  environmentPrefix: 'SPILLWAY_',
  // Other programs of this project, with tables of their own.
  ignoredVariables: [/^SPILLWAY_(LOADTEST|MONITOR|BENCH|BACKEND)_/],
  defaultFile: 'proxy_config.json',
  sections: ['services', 'routes', 'listen'],
  presets: proxyPresets,
  conflicts: [...targetConflicts, ...tlsConflicts, ...watchingConflicts],
  contradictions,
  options: {
    ...targetOptions,
    ...balanceOptions,
    ...listenOptions,
    ...listenTlsOptions,
    ...admissionOptions,
    ...classesOptions,
    ...timeoutsOptions,
    ...poolOptions,
    ...retryOptions,
    ...circuitBreakerOptions,
    ...limitsOptions,
    ...clientsOptions,
    ...selfProtectionOptions,
    ...lifecycleOptions,
    ...logsOptions,
    ...watchingOptions,
  },
});

type ProxyOptions = (typeof proxyOptions)['options'];
export type ProxyConfig = ConfigOf<ProxyOptions>;
export type ResolvedProxyOptions = ResolvedOptions<ProxyOptions>;
