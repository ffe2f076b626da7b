import type { Rule } from './route-conditions.ts';

/**
 * Which of two rules that take the same request has it: an exact host before a wildcard, a longer wildcard before
 * a shorter one, any host last; then the longer path; then what names methods, then what names more fields; then
 * what was given first.
 */
export const byPrecedence = <Route>(one: Rule<Route>, other: Rule<Route>): number =>
  hostRank(other.host) - hostRank(one.host) ||
  other.host.length - one.host.length ||
  other.path.length - one.path.length ||
  byConditions(one, other);

/** As `byPrecedence`, of rules with the same host and path. */
export const byConditions = <Route>(one: Rule<Route>, other: Rule<Route>): number =>
  Number(other.methods !== null) - Number(one.methods !== null) ||
  other.fields.length - one.fields.length ||
  one.position - other.position;

const hostRank = (host: string): number => (host === '' ? 0 : host.startsWith('.') ? 1 : 2);
