import { z } from 'zod';
import { nearestName } from '../nearest-name.ts';
import type { ValueKind } from '../value-kind.ts';

/** A value of the kind, or one word that stands for something else: `auto`. */
export function orWord<Value, const Word extends string>(
  kind: ValueKind<Value>,
  word: Word,
): ValueKind<Value | Word> {
  const isWord = (value: Value | Word): value is Word => value === word;
  return {
    ...kind,
    placeholder: `${kind.placeholder.slice(0, -1)}|${word}>`,
    allowed: `${kind.allowed}, or ${word}`,
    // The word comes first: a kind of text would take it for a value.
    schema: z.union([z.literal(word), kind.schema]) as unknown as z.ZodType<Value | Word>,
    fromText: (text) => (text.trim().toLowerCase() === word ? word : kind.fromText(text)),
    format: (value) => (isWord(value) ? word : kind.format(value)),
    toJson: (value) => (isWord(value) ? word : kind.toJson(value)),
    explain: (raw) => {
      const near = typeof raw === 'string' ? nearestName(raw, [word]) : null;
      return near === null ? (kind.explain?.(raw) ?? null) : `did you mean ${near}?`;
    },
  };
}
