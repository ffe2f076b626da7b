import { hostNameOf } from './host-name.ts';
import { endsSegment } from './host-routes.ts';
import {
  type FieldOf,
  type RouteConditions,
  type Rule,
  toRule,
  unmetField,
} from './route-conditions.ts';
import { byPrecedence } from './route-precedence.ts';

/** Why a route has a request, or not. `outranked`: it would take it, but another one comes first. */
export type RouteVerdict =
  | { readonly why: 'chosen' | 'outranked' | 'host' | 'path' | 'method' }
  | { readonly why: 'field'; readonly field: string };

export interface ExplainedRoute<Route> {
  readonly route: Route;
  /** In the order in which routes were given, from 0. */
  readonly position: number;
  readonly verdict: RouteVerdict;
}

/**
 * What `RouteTable.match` decides and why: first the routes with the request's host and path, in the order in
 * which they are asked, then the others.
 */
export function explainRoutes<Route extends RouteConditions>(
  routes: readonly Route[],
  authority: string,
  path: string,
  method: string,
  fieldOf: FieldOf,
): readonly ExplainedRoute<Route>[] {
  const host = hostNameOf(authority);
  const [pathAlone = ''] = path.split('?', 1);
  const asked: ExplainedRoute<Route>[] = [];
  const others: ExplainedRoute<Route>[] = [];
  let isChosen = false;
  for (const rule of routes.map(toRule<Route>).sort(byPrecedence)) {
    let verdict = verdictOf(rule, host, pathAlone, method, fieldOf);
    if (verdict.why === 'chosen') {
      if (isChosen) verdict = { why: 'outranked' };
      isChosen = true;
    }
    const list = verdict.why === 'host' || verdict.why === 'path' ? others : asked;
    list.push({ route: rule.route, position: rule.position, verdict });
  }
  return [...asked, ...others];
}

function verdictOf<Route>(
  rule: Rule<Route>,
  host: string,
  path: string,
  method: string,
  fieldOf: FieldOf,
): RouteVerdict {
  if (!takesHost(rule.host, host)) return { why: 'host' };
  const { length } = rule.path;
  if (!path.startsWith(rule.path) || !endsSegment(path, length, path.length)) {
    return { why: 'path' };
  }
  if (rule.methods !== null && !rule.methods.has(method)) return { why: 'method' };
  const field = unmetField(rule, fieldOf);
  return field === null ? { why: 'chosen' } : { why: 'field', field };
}

const takesHost = (pattern: string, host: string): boolean =>
  pattern.startsWith('.')
    ? host.length > pattern.length && host.endsWith(pattern)
    : pattern === '' || pattern === host;
