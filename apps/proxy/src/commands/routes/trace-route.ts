import { explainRoutes, PathRewrite, type RouteVerdict } from '@spillway/core';
import type { Configuration, RouteSettings } from '../../config/configuration.ts';
import { describeConditions } from '../../config/describe-conditions.ts';
import type { Asked } from './read-asked.ts';

/** Where a request would go. */
export interface RoutePath {
  /** Null: no route takes it. */
  readonly service: string | null;
  readonly targets: readonly string[];
  /** What the target would be asked for. */
  readonly path: string;
  /** Class that the route gives to its requests; null: what the request itself says. */
  readonly priority_class: string | null;
  /** All routes, the one that takes it first among those of its host and path. */
  readonly routes: readonly ExplainedRule[];
}

export interface ExplainedRule {
  readonly where: string;
  readonly conditions: string;
  readonly service: string;
  readonly verdict: RouteVerdict;
}

export function traceRoute({ routes, services }: Configuration, asked: Asked): RoutePath {
  const { authority, path, method, fields } = asked;
  const rules = routes.map((rule) => ({ ...rule.conditions, rule }));
  const explained = explainRoutes(rules, authority, path, method, (name) => fields.get(name));
  const chosen = explained.find(({ verdict }) => verdict.why === 'chosen')?.route.rule ?? null;
  const service = services.find(({ name }) => name === chosen?.service);
  return {
    service: service?.name ?? null,
    targets: service?.targets.map(({ origin }) => origin) ?? [],
    path: chosen === null ? path : new PathRewrite(chosen.path).apply(path),
    priority_class: chosen?.priorityClass ?? null,
    routes: explained.map(({ route: { rule }, verdict }) => explain(rule, verdict)),
  };
}

const explain = (rule: RouteSettings, verdict: RouteVerdict): ExplainedRule => ({
  where: rule.where,
  conditions: describeConditions(rule.conditions),
  service: rule.service,
  verdict,
});
