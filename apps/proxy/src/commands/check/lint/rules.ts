import { isDeepStrictEqual } from 'node:util';
import type { Configuration } from '../../../config/configuration.ts';
import { ordinaryClassStarves, priorityPathShadowed, shareBelowOnePermit } from './class-rules.ts';
import { connectionsBelowConcurrency } from './connection-rules.ts';
import {
  dockerStopsEarly,
  drainBelowReadTimeout,
  kubernetesStopsEarly,
  systemdStopsEarly,
} from './drain-rules.ts';
import type { Finding, LintContext, LintRule, Severity } from './finding.ts';
import {
  adminEndpointsPublic,
  adminListenerOpen,
  adminPortIsPort,
  adminTokenInTheClear,
} from './listen-rules.ts';
import { idlePoolAboveMaxsize, poolBelowConcurrency } from './pool-rules.ts';
import { noQueue, queueWaitCannotBeMet } from './queue-rules.ts';
import { retryBodiesAboveTotal } from './retry-rules.ts';
import {
  type RouteRule,
  routeNeverMatches,
  serviceWithoutRoute,
  targetInTwoServices,
} from './route-rules.ts';
import { insecureTarget, noTarget, plainHttpToTlsPort, targetIsThisProxy } from './target-rules.ts';
import {
  attemptsBeyondRequestTimeout,
  breakerBelowConnectTimeout,
  clientIdleBelowBalancer,
  firstByteBelowConnectTimeout,
  requestBelowReadTimeout,
} from './timeout-rules.ts';
import {
  apiKeyHeaderUnused,
  autoOptionsUnused,
  breakerRatesUnused,
  hashUnused,
  healthChecksUnused,
} from './unused-rules.ts';

/** Every rule by the name it is reported under. Adding one is its function, its test and a line. */
export const lintRules = {
  'no-target': noTarget,
  'target-is-this-proxy': targetIsThisProxy,
  'plain-http-to-tls-port': plainHttpToTlsPort,
  'insecure-target': insecureTarget,
  'pool-below-concurrency': poolBelowConcurrency,
  'idle-pool-above-maxsize': idlePoolAboveMaxsize,
  'connections-below-concurrency': connectionsBelowConcurrency,
  'attempts-beyond-request-timeout': attemptsBeyondRequestTimeout,
  'request-below-read-timeout': requestBelowReadTimeout,
  'read-below-connect-timeout': firstByteBelowConnectTimeout,
  'drain-below-read-timeout': drainBelowReadTimeout,
  'systemd-stops-early': systemdStopsEarly,
  'docker-stops-early': dockerStopsEarly,
  'kubernetes-stops-early': kubernetesStopsEarly,
  'client-idle-below-balancer': clientIdleBelowBalancer,
  'breaker-below-connect-timeout': breakerBelowConnectTimeout,
  'queue-wait-cannot-be-met': queueWaitCannotBeMet,
  'no-queue': noQueue,
  'retry-bodies-above-total': retryBodiesAboveTotal,
  'admin-endpoints-public': adminEndpointsPublic,
  'admin-listener-open': adminListenerOpen,
  'admin-token-in-the-clear': adminTokenInTheClear,
  'admin-port-is-port': adminPortIsPort,
  'ordinary-class-starves': ordinaryClassStarves,
  'share-below-one-permit': shareBelowOnePermit,
  'priority-path-shadowed': priorityPathShadowed,
  'auto-options-unused': autoOptionsUnused,
  'breaker-rates-unused': breakerRatesUnused,
  'api-key-header-unused': apiKeyHeaderUnused,
  'hash-unused': hashUnused,
  'health-checks-unused': healthChecksUnused,
} as const satisfies Record<string, LintRule>;

/** Those that look at services and routes together. */
const routeRules = {
  'route-never-matches': routeNeverMatches,
  'service-without-route': serviceWithoutRoute,
  'target-in-two-services': targetInTwoServices,
} as const satisfies Record<string, RouteRule>;

export type LintRuleName = keyof typeof lintRules;
type RuleName = LintRuleName | keyof typeof routeRules;
export type NamedFinding = Finding & { readonly rule: RuleName };

const order: readonly Severity[] = ['error', 'warning', 'hint'];

/** What the rules find, worst first. */
export function lint(
  contexts: readonly LintContext[],
  configuration: Configuration | null = null,
): NamedFinding[] {
  const findings = findInServices(contexts);
  if (configuration !== null) {
    for (const [rule, check] of Object.entries(routeRules)) {
      for (const finding of check(configuration)) {
        findings.push({ rule: rule as RuleName, ...finding });
      }
    }
  }
  return findings.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

/** In each service; what all of them share is told once. */
function findInServices(contexts: readonly LintContext[]): NamedFinding[] {
  const findings: NamedFinding[] = [];
  for (const [rule, check] of Object.entries(lintRules)) {
    const found = contexts.map((context) => ({ context, finding: check(context) }));
    const first = found[0]?.finding ?? null;
    const shared = found.every(({ finding }) => isDeepStrictEqual(finding, first));
    for (const { context, finding } of shared ? found.slice(0, 1) : found) {
      if (finding === null) continue;
      const prefix = shared || context.service === null ? '' : `service ${context.service}: `;
      findings.push({ rule: rule as RuleName, ...finding, what: `${prefix}${finding.what}` });
    }
  }
  return findings;
}
