import { type FieldOf, type Rule, unmetField } from './route-conditions.ts';
import { byConditions } from './route-precedence.ts';

const slash = 0x2f;

/** The rules of one host. Looking one up costs the same for one and for a thousand. */
export class HostRoutes<Route> {
  readonly #byPath = new Map<string, Rule<Route>[]>();
  /** Lengths that some path has. */
  #lengths = new Uint8Array(1);

  add(rule: Rule<Route>): void {
    const rules = this.#byPath.get(rule.path) ?? [];
    this.#byPath.set(rule.path, [...rules, rule].sort(byConditions));
    const { length } = rule.path;
    if (length >= this.#lengths.length) {
      const longer = new Uint8Array(length + 1);
      longer.set(this.#lengths);
      this.#lengths = longer;
    }
    this.#lengths[length] = 1;
  }

  /** `end`: where the query begins. */
  match(path: string, end: number, method: string, fieldOf: FieldOf): Rule<Route> | null {
    const lengths = this.#lengths;
    for (let length = Math.min(end, lengths.length - 1); length >= 0; length--) {
      if (lengths[length] === 0 || !endsSegment(path, length, end)) continue;
      const rules = this.#byPath.get(path.slice(0, length));
      const rule = rules === undefined ? null : firstMet(rules, method, fieldOf);
      if (rule !== null) return rule;
    }
    return null;
  }
}

function firstMet<Route>(
  rules: readonly Rule<Route>[],
  method: string,
  fieldOf: FieldOf,
): Rule<Route> | null {
  for (const rule of rules) {
    if (rule.methods !== null && !rule.methods.has(method)) continue;
    if (unmetField(rule, fieldOf) === null) return rule;
  }
  return null;
}

/** Whether the first `length` of a path that is `end` long are whole segments. */
export const endsSegment = (path: string, length: number, end: number): boolean =>
  length === 0 ||
  length === end ||
  path.charCodeAt(length) === slash ||
  path.charCodeAt(length - 1) === slash;
