import { hostNameOf } from './host-name.ts';

/** What a field must be: this very value, one that begins so, or there at all (or not). */
export type FieldCondition = string | { readonly prefix: string } | { readonly present: boolean };

/** Which requests a route takes; what is left out takes any. */
export interface RouteConditions {
  /** `api.example.com`, or `*.example.com` for every name below it; any port. */
  readonly host?: string | undefined;
  /**
   * A prefix that ends at the end of a segment: `/v1` takes `/v1` and all below it, but not `/v10`; `/v1/` takes
   * only what is below it. `/` takes every path.
   *
   * It is compared with the path as it came, byte for byte: `/%761` is not `/v1`, and `/v1/../admin` is below
   * `/v1`, though a target may take it for `/admin`. So a route decides which service sees a request, but it keeps
   * no path from a service that would serve it: that is for the service to refuse.
   */
  readonly path?: string | undefined;
  /** In the case in which they are sent; GET does not stand for HEAD. */
  readonly methods?: readonly string[] | undefined;
  readonly headers?: Readonly<Record<string, FieldCondition>> | undefined;
}

/** The value of a field by its name in lower case, repeated ones joined by `, `; undefined where it is not there. */
export type FieldOf = (name: string) => string | undefined;

interface FieldRule {
  readonly name: string;
  readonly condition: FieldCondition;
}

/** A route made ready to be compared. */
export interface Rule<Route> {
  readonly route: Route;
  /** In the order in which routes were given, from 0. */
  readonly position: number;
  /** As `hostNameOf` gives it; `.example.com` for a wildcard; empty: any. */
  readonly host: string;
  /** Empty: any. */
  readonly path: string;
  readonly methods: ReadonlySet<string> | null;
  readonly fields: readonly FieldRule[];
}

export const toRule = <Route extends RouteConditions>(
  route: Route,
  position: number,
): Rule<Route> => {
  const { host = '', path = '/', methods, headers = {} } = route;
  return {
    route,
    position,
    host: hostNameOf(host.startsWith('*.') ? host.slice(1) : host),
    path: path === '/' ? '' : path,
    methods: methods === undefined ? null : new Set(methods),
    fields: Object.entries(headers).map(([name, condition]) => ({
      name: name.toLowerCase(),
      condition,
    })),
  };
};

/** The first field that is not as the rule wants it; null: all are. */
export function unmetField<Route>({ fields }: Rule<Route>, fieldOf: FieldOf): string | null {
  for (const { name, condition } of fields) if (!isMet(condition, fieldOf(name))) return name;
  return null;
}

function isMet(condition: FieldCondition, value: string | undefined): boolean {
  if (typeof condition === 'string') return value === condition;
  if ('present' in condition) return condition.present === (value !== undefined);
  return value?.startsWith(condition.prefix) ?? false;
}

/** Whether what meets `one` always meets `other`, both of one field. */
export function implies(one: FieldCondition, other: FieldCondition): boolean {
  if (typeof one === 'string') return isMet(other, one);
  if ('present' in one) {
    if (typeof other === 'string') return false;
    return 'present' in other ? one.present === other.present : one.present && other.prefix === '';
  }
  if (typeof other === 'string') return false;
  return 'present' in other ? other.present : one.prefix.startsWith(other.prefix);
}
