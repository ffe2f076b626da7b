import { implies, type RouteConditions, type Rule, toRule } from './route-conditions.ts';
import { byConditions } from './route-precedence.ts';

export interface ShadowedRoute<Route> {
  readonly route: Route;
  /** In the order in which routes were given, from 0. */
  readonly position: number;
  /** The routes that take all its requests before it. */
  readonly by: readonly Route[];
}

/**
 * The routes that no request can reach. Only routes with the same host and path can shadow each other: of two
 * that differ there, the first to be asked leaves something to the other.
 */
export function shadowedRoutes<Route extends RouteConditions>(
  routes: readonly Route[],
): readonly ShadowedRoute<Route>[] {
  const groups = new Map<string, Rule<Route>[]>();
  for (const [position, route] of routes.entries()) {
    const rule = toRule(route, position);
    const key = `${rule.host} ${rule.path}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [rule]);
    else group.push(rule);
  }
  const shadowed: ShadowedRoute<Route>[] = [];
  for (const group of groups.values()) {
    for (const [i, rule] of group.sort(byConditions).entries()) {
      const by = shadowsOf(rule, group.slice(0, i));
      const { route, position } = rule;
      if (by !== null) shadowed.push({ route, position, by: by.map((it) => it.route) });
    }
  }
  return shadowed.sort((a, b) => a.position - b.position);
}

/** Which of the `earlier` take all that `rule` would; null: something is left. */
function shadowsOf<Route>(
  rule: Rule<Route>,
  earlier: readonly Rule<Route>[],
): readonly Rule<Route>[] | null {
  const takers = earlier.filter((it) => wantsNoOtherFields(it, rule));
  const taker = takers.find(({ methods }) => methods === null);
  if (taker !== undefined) return [taker];
  if (rule.methods === null) return null;
  const by = new Set<Rule<Route>>();
  for (const method of rule.methods) {
    const found = takers.find(({ methods }) => methods?.has(method));
    if (found === undefined) return null;
    by.add(found);
  }
  return [...by];
}

const wantsNoOtherFields = <Route>(earlier: Rule<Route>, rule: Rule<Route>): boolean =>
  earlier.fields.every(({ name, condition }) =>
    rule.fields.some((it) => it.name === name && implies(it.condition, condition)),
  );
