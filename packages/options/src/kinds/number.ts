import { z } from 'zod';
import type { ValueKind } from '../value-kind.ts';
import { describeBounds } from './integer.ts';

export function number(bounds: { min?: number; max?: number } = {}): ValueKind<number> {
  return {
    name: 'number',
    placeholder: '<number>',
    allowed: `a number${describeBounds(bounds)}`,
    repeatable: false,
    schema: z
      .number()
      .min(bounds.min ?? -Number.MAX_VALUE)
      .max(bounds.max ?? Number.MAX_VALUE),
    fromText: (text) =>
      /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : text,
    format: String,
    toJson: (value) => value,
  };
}
