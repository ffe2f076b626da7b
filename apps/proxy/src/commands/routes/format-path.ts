import type { RouteVerdict } from '@spillway/core';
import type { Asked } from './read-asked.ts';
import type { ExplainedRule, RoutePath } from './trace-route.ts';

/** Where the request goes and why, then why the other routes don't have it. */
export function formatPath({ method, authority, path }: Asked, found: RoutePath): string {
  const chosen = found.routes.find(({ verdict }) => verdict.why === 'chosen');
  const others = found.routes.filter((route) => route !== chosen);
  const request = `${method} ${authority}${path}`;
  const answer =
    chosen === undefined
      ? [`${request} goes nowhere: no route takes it (404 no_route)`]
      : [
          `${request} goes to the service ${found.service}: ${found.targets.join(', ')}`,
          ...(found.path === path ? [] : [`  as ${found.path}`]),
          ...(found.priority_class === null ? [] : [`  in class ${found.priority_class}`]),
          `  by ${nameOf(chosen)}`,
        ];
  return [...answer, ...others.map((route) => `  not by ${nameOf(route)}: ${because(route)}`)].join(
    '\n',
  );
}

const nameOf = ({ where, conditions, service }: ExplainedRule): string =>
  `${where === '' ? 'the only route' : where} (${conditions} -> ${service})`;

const becauses: Readonly<Record<RouteVerdict['why'], string>> = {
  chosen: '',
  outranked: 'it would take it, but another route comes first',
  host: 'it is for another host',
  path: 'it is for another path',
  method: 'it is for other methods',
  field: 'it wants another value of',
};

const because = ({ verdict }: ExplainedRule): string =>
  verdict.why === 'field' ? `${becauses.field} ${verdict.field}` : becauses[verdict.why];
