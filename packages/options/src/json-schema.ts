import { z } from 'zod';
import { presetDescription, presetFlag } from './meta-options.ts';
import { fileKey } from './option-names.ts';
import { isSameAs, type OptionEntry, type OptionTable } from './option-table.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** JSON Schema (2020-12) of the options file, for editors. */
export function jsonSchema(table: OptionTable, title: string): JsonSchema {
  const presets = Object.keys(table.presets);
  const properties: Record<string, JsonSchema> = {
    $schema: { type: 'string' },
    [fileKey(presetFlag)]: { description: presetDescription(presets), enum: presets },
  };
  for (const entry of Object.values(table.options)) {
    properties[fileKey(entry.flag)] = describe(entry);
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    type: 'object',
    properties,
    additionalProperties: false,
  };
}

function describe(entry: OptionEntry<unknown>): JsonSchema {
  const { $schema, ...shape } = z.toJSONSchema(entry.kind.schema, { io: 'input' });
  const known = isSameAs(entry.default) ? {} : { default: entry.kind.toJson(entry.default) };
  return {
    description: `${entry.description}. Must be ${entry.kind.allowed}.`,
    ...shape,
    ...known,
  };
}
