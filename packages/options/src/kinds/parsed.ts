import { z } from 'zod';
import type { ValueKind } from '../value-kind.ts';

interface ParsedRules<Value> {
  readonly name: string;
  /** What help shows behind the flag, e.g. `<stages>`. */
  readonly placeholder: string;
  /** To follow "must be". */
  readonly allowed: string;
  /** To follow "such as". */
  readonly example?: string;
  /** The value that code receives; null refuses. */
  read(text: string): Value | null;
  /** `read` reads it back. */
  format(value: Value): string;
  /** A remark on a refused text where a common mistake is recognised. */
  explain?(text: string): string | null;
}

/** Whatever can be read from a text: a header field, the stages of a load, an address range. */
export function parsed<Value>(rules: ParsedRules<Value>): ValueKind<Value> {
  const { name, placeholder, allowed, example } = rules;
  return {
    name,
    placeholder,
    allowed,
    ...(example === undefined ? {} : { example }),
    repeatable: false,
    schema: z.string().transform((raw, context) => {
      const value = rules.read(raw);
      if (value !== null) return value;
      context.issues.push({ code: 'custom', message: 'refused', input: raw });
      return z.NEVER;
    }),
    fromText: (raw) => raw,
    format: (value) => rules.format(value),
    toJson: (value) => rules.format(value),
    explain: (raw) => (typeof raw === 'string' ? (rules.explain?.(raw) ?? null) : null),
  };
}
