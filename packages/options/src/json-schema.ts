import { z } from 'zod';
import { presetDescription, presetFlag } from './meta-options.ts';
import { fileKey } from './option-names.ts';
import { isSameAs, type OptionEntry, type OptionTable } from './option-table.ts';
import type { FilePart } from './read-file.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** JSON Schema (2020-12) of the options file, for editors. `sections`: of its keys that hold no option. */
export function jsonSchema(
  table: OptionTable,
  title: string,
  sections: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema {
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
    properties: { ...properties, ...sections },
    additionalProperties: false,
  };
}

/** Schema of an object of the file that holds options of its own; `sections` as in `jsonSchema`. */
export function partSchema(
  table: OptionTable,
  part: FilePart,
  sections: Readonly<Record<string, JsonSchema>>,
): JsonSchema {
  const keys = Object.values(table.options)
    .filter(({ scope }) => part.scopes.includes(scope ?? 'instance'))
    .map(({ flag }) => fileKey(flag));
  if (part.preset) keys.unshift(fileKey(presetFlag));
  const options = keys.map((key) => [key, { $ref: `#/properties/${key}` }]);
  return {
    type: 'object',
    properties: { ...Object.fromEntries(options), ...sections },
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
