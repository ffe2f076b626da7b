import { isSameAs, type OptionEntry, type OptionTable } from './option-table.ts';

/** The default as people read it: `2m`, `none`, `same as --read-timeout`. */
export function describeDefault(table: OptionTable, entry: OptionEntry<unknown>): string {
  if (isSameAs(entry.default)) {
    return `same as ${table.options[entry.default.sameAs]?.flag}`;
  }
  const text = entry.kind.format(entry.default);
  // A long list would not wrap.
  return entry.kind.repeatable ? text.replaceAll(',', ', ') : text;
}
