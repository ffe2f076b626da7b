import { RouteTable } from '@spillway/core';
import type { RouteSettings } from '../config/configuration.ts';
import type { ClientRequest } from '../http/client-request.ts';
import { parseRequestTarget } from '../http/request-target.ts';
import { Route } from '../service/route.ts';
import type { Service } from '../service/service.ts';

/** Which route a request takes. */
export class Router {
  readonly routes: readonly Route[];
  readonly #table: RouteTable<Route>;
  /** The one that takes everything, where there is no other. */
  readonly #only: Route | null;

  constructor(rules: readonly RouteSettings[], services: readonly Service[]) {
    const byName = new Map(services.map((service) => [service.name, service]));
    this.routes = rules.map((rule) => new Route(byName.get(rule.service) as Service, rule));
    this.#table = new RouteTable(this.routes);
    const [only] = this.routes;
    const takesAll =
      only !== undefined && Object.values(only.rule.conditions).every((it) => it === undefined);
    this.#only = this.routes.length === 1 && takesAll ? only : null;
  }

  /** Null: no route takes it. */
  find(client: ClientRequest): Route | null {
    if (this.#only !== null) return this.#only;
    const { method } = client;
    const target = parseRequestTarget(method, client.target);
    if (target === null) return null;
    // The authority of an absolute-form target outranks the Host field (RFC 9112 section 3.2.2).
    const authority = target.authority ?? client.field('host') ?? '';
    return this.#table.match(authority, target.path, method, (name) => client.field(name));
  }
}
