import type { ConfigProperty, ConfigValue } from '@spillway/options';
import { fieldNameOf, isFreeToEdit } from '../cli/free-header-name.ts';
import type { HeaderEdits } from './configuration.ts';
import type { SectionReader } from './section-reader.ts';

const keys = ['set', 'add', 'remove'];

/** `{ "set": { "x-a": "1" }, "add": { … }, "remove": ["x-b"] }`. */
export function readHeaderEdits(reader: SectionReader, property: ConfigProperty): HeaderEdits {
  const remove: string[] = [];
  const values: Record<'set' | 'add', Record<string, string>> = { set: {}, add: {} };
  for (const edit of reader.object(property, property.name)) {
    const { name } = edit;
    if (name === 'remove') {
      for (const item of reader.array(edit)) {
        const field = reader.text(item, 'remove', 'a field name', fieldNameOf);
        if (field !== null && mayEdit(reader, item, field)) remove.push(field);
      }
    } else if (name === 'set' || name === 'add') {
      for (const line of reader.object(edit, name)) readLine(reader, line, values[name]);
    } else {
      reader.refuse(edit, `${property.name} takes ${keys.join(', ')}, not ${JSON.stringify(name)}`);
    }
  }
  return Object.freeze({ remove, ...values });
}

function readLine(
  reader: SectionReader,
  line: ConfigProperty,
  values: Record<string, string>,
): void {
  const field = fieldNameOf(line.name);
  if (field === null) {
    reader.refuse(line, `${JSON.stringify(line.name)} is not a field name`);
    return;
  }
  const value = reader.text(line, field, 'a field value of visible characters', fieldValueOf);
  if (value !== null && mayEdit(reader, line, field)) values[field] = value;
}

/** RFC 9110 section 5.5: no control characters, and no space at either end. */
const fieldValueOf = (text: string): string | null =>
  /^(?:[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)?$/.test(text) ? text : null;

function mayEdit(reader: SectionReader, at: Pick<ConfigValue, 'line'>, field: string): boolean {
  if (isFreeToEdit(field)) return true;
  reader.refuse(at, `${field} frames or routes each message: it can't be edited`);
  return false;
}
