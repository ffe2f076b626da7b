import type { LoadReport } from '@spillway/contracts';

/**
 * What differs in the named parts of two reports, a line each: `options.concurrent: 10 and 20`. Nested
 * objects are looked into; the order of their keys doesn't matter.
 */
export function differences(
  a: LoadReport,
  b: LoadReport,
  parts: readonly (keyof LoadReport)[],
): string[] {
  return parts.flatMap((part) => differ(part, a[part], b[part]));
}

function differ(name: string, a: unknown, b: unknown): string[] {
  if (isRecord(a) && isRecord(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
    return keys.flatMap((key) => differ(`${name}.${key}`, a[key], b[key]));
  }
  const [left, right] = [show(a), show(b)];
  return left === right ? [] : [`${name}: ${left} and ${right}`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

const show = (value: unknown) => (value === undefined ? 'not set' : JSON.stringify(value));
