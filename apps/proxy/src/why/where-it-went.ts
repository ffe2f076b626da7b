import type { RequestSummary } from '@spillway/contracts';
import type { RouteSettings } from '../config/configuration.ts';
import { describeConditions } from '../config/describe-conditions.ts';
import type { KeptRequest } from './kept-request.ts';

/** How many services and routes there are. */
export interface Routing {
  readonly services: { readonly length: number };
  readonly router: { readonly routes: { readonly length: number } };
}

/** Whether a service and a route have to be named: not where there is one of each. */
export const namesServices = ({ services, router }: Routing): boolean =>
  services.length > 1 || router.routes.length > 1;

/** Nothing where no route took it. */
export function whereItWent(rule: RouteSettings): Pick<RequestSummary, 'service' | 'route'> {
  const { service, where, conditions } = rule;
  if (service === '') return {};
  return { service, route: { where, conditions: describeConditions(conditions) } };
}

/** `Took the route for path /v1/ (proxy_config.json:12) to the service models.` */
export function tellWhereItWent({
  service,
  route,
}: Pick<RequestSummary, 'service' | 'route'>): string[] {
  if (service === undefined || route === undefined) return [];
  const where = route.where === '' ? '' : ` (${route.where})`;
  return [`Took the route for ${route.conditions}${where} to the service ${service}.`];
}

/** Why an attempt went to its target, where there were others; a target with an open breaker is left out. */
export function whyThatTarget({ attempts, targets }: KeptRequest, place: number): string | null {
  const attempt = attempts[place];
  if (targets < 2 || attempt === undefined) return null;
  const { upstream, activeThere } = attempt;
  if (attempt.isFirst) {
    const requests = activeThere === 1 ? '1 request' : `${activeThere} requests`;
    return `the least busy of ${targets} targets, with ${requests}`;
  }
  const again = attempts.slice(0, place).some((earlier) => earlier.upstream === upstream);
  return again
    ? `of ${targets} targets the one tried longest ago`
    : `another of ${targets} targets`;
}
