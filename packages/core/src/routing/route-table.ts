import { hostNameOf } from './host-name.ts';
import { HostRoutes } from './host-routes.ts';
import { type FieldOf, type RouteConditions, toRule } from './route-conditions.ts';

/**
 * Which route takes a request: by host (exact, then the longest `*.example.com`, then routes without one), then by
 * the longest path, then by methods and fields where a route names them. A route that doesn't want the method or
 * the fields leaves the request to the next best: first a shorter path of the same host, then the other hosts.
 */
export class RouteTable<Route extends RouteConditions> {
  readonly #exact = new Map<string, HostRoutes<Route>>();
  /** By what follows the star, its dot included. */
  readonly #wildcards = new Map<string, HostRoutes<Route>>();
  /** The longest first. */
  readonly #wildcardLengths: readonly number[];
  readonly #anyHost = new HostRoutes<Route>();

  constructor(routes: readonly Route[]) {
    for (const [position, route] of routes.entries()) {
      const rule = toRule(route, position);
      if (rule.host === '') this.#anyHost.add(rule);
      else if (rule.host.startsWith('.')) rulesOf(this.#wildcards, rule.host).add(rule);
      else rulesOf(this.#exact, rule.host).add(rule);
    }
    const lengths = new Set(Array.from(this.#wildcards.keys(), (suffix) => suffix.length));
    this.#wildcardLengths = [...lengths].sort((a, b) => b - a);
  }

  /**
   * `authority`: the Host field or what outranks it, empty where there is none. `path`: as it came, with or
   * without its query; `*` where the request is for none. Null: no route takes it.
   */
  match(authority: string, path: string, method: string, fieldOf: FieldOf): Route | null {
    const query = path.indexOf('?');
    const end = query < 0 ? path.length : query;
    return (
      this.#matchNamed(hostNameOf(authority), path, end, method, fieldOf) ??
      this.#anyHost.match(path, end, method, fieldOf)?.route ??
      null
    );
  }

  #matchNamed(
    host: string,
    path: string,
    end: number,
    method: string,
    fieldOf: FieldOf,
  ): Route | null {
    const exact = this.#exact.get(host)?.match(path, end, method, fieldOf);
    if (exact) return exact.route;
    for (const length of this.#wildcardLengths) {
      // At least one character stands for the star.
      if (length >= host.length) continue;
      const routes = this.#wildcards.get(host.slice(-length));
      const rule = routes?.match(path, end, method, fieldOf);
      if (rule) return rule.route;
    }
    return null;
  }
}

function rulesOf<Route>(hosts: Map<string, HostRoutes<Route>>, host: string): HostRoutes<Route> {
  const known = hosts.get(host);
  if (known !== undefined) return known;
  const created = new HostRoutes<Route>();
  hosts.set(host, created);
  return created;
}
