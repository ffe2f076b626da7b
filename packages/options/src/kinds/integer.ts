import { z } from 'zod';
import type { ValueKind } from '../value-kind.ts';

export function integer(bounds: { min?: number; max?: number } = {}): ValueKind<number> {
  const min = bounds.min ?? Number.MIN_SAFE_INTEGER;
  const max = bounds.max ?? Number.MAX_SAFE_INTEGER;
  return {
    name: 'integer',
    placeholder: '<n>',
    allowed: `a whole number${describeBounds(bounds)}`,
    repeatable: false,
    schema: z.int().min(min).max(max),
    fromText: (text) => (/^[+-]?\d+$/.test(text.trim()) ? Number(text) : text),
    format: String,
    toJson: (value) => value,
  };
}

/** ` from 1 to 65535`, ` of at least 1`, or nothing. */
export function describeBounds({ min, max }: { min?: number; max?: number }): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? '' : ` of at most ${max}`;
}
