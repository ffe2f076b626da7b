import type { FieldCondition, RouteConditions } from '@spillway/core';

/** `host api.example.com, path /v1/`, for people. */
export function describeConditions({ host, path, methods, headers }: RouteConditions): string {
  const parts = [
    ...(host === undefined ? [] : [`host ${host}`]),
    ...(path === undefined ? [] : [`path ${path}`]),
    ...(methods === undefined ? [] : [methods.join(' or ')]),
    ...Object.entries(headers ?? {}).map(([name, condition]) => describeField(name, condition)),
  ];
  return parts.length === 0 ? 'any request' : parts.join(', ');
}

function describeField(name: string, condition: FieldCondition): string {
  if (typeof condition === 'string') return `${name}: ${condition}`;
  if ('prefix' in condition) return `${name}: ${condition.prefix}…`;
  return condition.present ? `with ${name}` : `without ${name}`;
}
