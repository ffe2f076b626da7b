import { type FieldEditsOptions, fieldEditFaults } from '@spillway/core';
import type { ConfigProperty } from '@spillway/options';
import type { SectionReader } from './section-reader.ts';

/** `{ "set": { "x-a": "1" }, "add": { … }, "remove": ["x-b"] }`. */
export function readHeaderEdits(
  reader: SectionReader,
  property: ConfigProperty,
): FieldEditsOptions {
  const remove: string[] = [];
  const values: Record<'set' | 'add', Record<string, string>> = { set: {}, add: {} };
  for (const edit of reader.object(property, property.name)) {
    const { name } = edit;
    if (name === 'remove') {
      for (const item of reader.array(edit)) {
        const field = reader.text(item, 'remove', 'the name of a header field', (text) => text);
        if (field !== null) remove.push(field);
      }
    } else if (name === 'set' || name === 'add') {
      for (const line of reader.object(edit, name)) {
        const value = reader.text(line, line.name, 'the value of the field', (text) => text);
        if (value !== null) values[name][line.name] = value;
      }
    } else {
      const known = 'set, add or remove';
      reader.refuse(edit, `${property.name} takes ${known}, not ${JSON.stringify(name)}`);
    }
  }
  const edits = { remove, ...values };
  for (const { name, problem } of fieldEditFaults(edits)) {
    reader.refuse(property, `${property.name}: ${name} ${problem}`);
  }
  return edits;
}
