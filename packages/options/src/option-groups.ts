import type { OptionEntry, OptionTable } from './option-table.ts';

type KeyedEntry = readonly [key: string, entry: OptionEntry<unknown>];
type Group = readonly [heading: string, entries: readonly KeyedEntry[]];

/** The options by heading, both in the order of the table. */
export function optionGroups(table: OptionTable): readonly Group[] {
  const groups = new Map<string, KeyedEntry[]>();
  for (const [key, entry] of Object.entries(table.options)) {
    groups.set(entry.group, [...(groups.get(entry.group) ?? []), [key, entry]]);
  }
  return [...groups];
}
