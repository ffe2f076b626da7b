import { z } from 'zod';
import type { ValueKind } from '../value-kind.ts';

const words = ['none', 'off'] as const;

/** `none` or `off` outside (null in a file), null in code. */
export function optional<Value>(kind: ValueKind<Value>): ValueKind<Value | null> {
  const none = z.union([z.null(), z.enum(words)]).transform(() => null);
  return {
    ...kind,
    allowed: `${kind.allowed}, or none`,
    // `none` comes first: a kind of text would take the word for a value.
    schema: z.union([none, kind.schema]),
    fromText: (text) => {
      const word = text.trim().toLowerCase();
      return words.some((candidate) => candidate === word) ? word : kind.fromText(text);
    },
    format: (value) => (value === null ? 'none' : kind.format(value)),
    toJson: (value) => (value === null ? 'none' : kind.toJson(value)),
  };
}
