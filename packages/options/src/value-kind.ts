import type { z } from 'zod';

export type JsonValue = string | number | boolean | null | readonly JsonValue[];

/**
 * One kind of value: how it is read, checked, written and described. Every option names one; adding
 * a kind is a file in `kinds/`, its test, and a line in the index.
 */
export interface ValueKind<Value> {
  readonly name: string;
  /** What help shows behind the flag, e.g. `<duration>`; empty for booleans, which take no value. */
  readonly placeholder: string;
  /** What is allowed, to follow "must be"; bounds included. */
  readonly allowed: string;
  /** How it may be written, to follow "such as"; for messages, where an example helps. */
  readonly example?: string;
  /** From what a JSON file may hold to the value that code receives. */
  readonly schema: z.ZodType<Value>;
  /** A repeated flag adds to the value instead of replacing it. */
  readonly repeatable: boolean;
  /** Never shown, refused values included; `format` and `toJson` redact it. */
  readonly secret?: true;
  /** Text of a flag or variable, as what a JSON file would hold; `schema` does the checking. */
  fromText(text: string): unknown;
  /** For people; `fromText` reads it back. */
  format(value: Value): string;
  /** For a file; `schema` reads it back. */
  toJson(value: Value): JsonValue;
  /** A remark on a refused value where a common mistake is recognised. */
  explain?(raw: unknown): string | null;
}
