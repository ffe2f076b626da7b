import { z } from 'zod';
import type { ValueKind } from '../value-kind.ts';

const words: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
};

/** `--x` and `--no-x` on the command line; words in the environment; true and false in a file. */
export function boolean(): ValueKind<boolean> {
  return {
    name: 'boolean',
    placeholder: '',
    allowed: 'true or false',
    repeatable: false,
    schema: z.boolean(),
    fromText: (text) => words[text.trim().toLowerCase()] ?? text,
    format: String,
    toJson: (value) => value,
  };
}
