import { z } from 'zod';
import { nearestName } from '../nearest-name.ts';
import type { ValueKind } from '../value-kind.ts';

export function choice<const Choice extends string>(
  choices: readonly [Choice, ...Choice[]],
): ValueKind<Choice> {
  return {
    name: 'choice',
    placeholder: '<choice>',
    allowed: `one of ${choices.join(', ')}`,
    repeatable: false,
    schema: z.enum(choices) as unknown as z.ZodType<Choice>,
    fromText: (text) => text.trim(),
    format: (value) => value,
    toJson: (value) => value,
    explain: (raw) => {
      const nearest = typeof raw === 'string' ? nearestName(raw, choices) : null;
      return nearest === null ? null : `did you mean ${nearest}?`;
    },
  };
}
