import type { IncomingMessage } from 'node:http';
import type { RouteSettings } from '../config/configuration.ts';
import { Route } from '../service/route.ts';
import type { Service } from '../service/service.ts';

/** Which route a request takes. */
export class Router {
  readonly routes: readonly Route[];

  constructor(rules: readonly RouteSettings[], services: readonly Service[]) {
    const byName = new Map(services.map((service) => [service.name, service]));
    this.routes = rules.map((rule) => new Route(byName.get(rule.service) as Service, rule));
  }

  /** Null: no route matches. */
  find(_request: IncomingMessage): Route | null {
    return this.routes[0] ?? null;
  }
}
