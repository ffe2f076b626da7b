import { shadowedRoutes } from '@spillway/core';
import type { Configuration, RouteSettings } from '../../../config/configuration.ts';
import { describeConditions } from '../../../config/describe-conditions.ts';
import type { Finding } from './finding.ts';

/** What is wrong with routes and services together. */
export type RouteRule = (configuration: Configuration) => readonly Finding[];

export const routeNeverMatches: RouteRule = ({ routes }) =>
  shadowedRoutes(routes.map((rule) => ({ ...rule.conditions, rule }))).map(({ route, by }) => {
    const [taker] = by.map(({ rule }) => rule) as [RouteSettings];
    return {
      severity: 'warning',
      what: `no request reaches the route ${route.rule.where}: others take all of its requests`,
      evidence: {
        [route.rule.where]: describeConditions(route.rule.conditions),
        [taker.where]: describeConditions(taker.conditions),
      },
      remedy: 'remove it, or give it conditions that the other does not have',
    };
  });

export const serviceWithoutRoute: RouteRule = ({ services, routes }) =>
  services
    .filter(({ name }) => !routes.some(({ service }) => service === name))
    .map(({ name, targets }) => ({
      severity: 'warning',
      what: `the service ${name} has no route: nothing is ever sent to it`,
      evidence: { targets: targets.map(({ origin }) => origin).join(', ') },
      remedy: `add a route: { "path": "/${name}/", "service": "${name}" }`,
    }));

/** Each holds its own limit: the target has to bear the sum. */
export const targetInTwoServices: RouteRule = ({ services }) => {
  const holders = new Map<string, { service: string; limit: number | 'auto' }[]>();
  for (const { name, settings, targets } of services) {
    for (const { origin, maxConcurrentRequests } of targets) {
      const limit = maxConcurrentRequests ?? settings.maxConcurrentRequests;
      holders.set(origin, [...(holders.get(origin) ?? []), { service: name, limit }]);
    }
  }
  return [...holders].flatMap(([origin, all]) => {
    if (all.length < 2) return [];
    const sum = all.some(({ limit }) => limit === 'auto')
      ? 'auto'
      : String(all.reduce((total, { limit }) => total + Number(limit), 0));
    return {
      severity: 'warning',
      what: `${origin} is a target of ${all.length} services, and their limits add up`,
      evidence: Object.fromEntries([
        ...all.map(({ service, limit }) => [service, `at most ${limit}`] as const),
        ['together', sum],
      ]),
      remedy:
        'put it into one service with a route for each path, or divide the limit between them',
    };
  });
};
