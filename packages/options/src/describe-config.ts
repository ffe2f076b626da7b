import { fileKey } from './option-names.ts';
import type { OptionEntries, OptionTable } from './option-table.ts';
import type { ResolvedOptions } from './resolved-options.ts';
import type { JsonValue } from './value-kind.ts';
import { describeSource } from './value-source.ts';

/** One option in force, for people and for programs. */
export interface OptionInForce {
  readonly flag: string;
  readonly fileKey: string;
  readonly text: string;
  readonly json: JsonValue;
  readonly source: string;
}

export function describeConfig<Entries extends OptionEntries>(
  table: OptionTable<Entries>,
  resolved: ResolvedOptions<Entries>,
): OptionInForce[] {
  return Object.entries(table.options).map(([key, { flag, kind }]) => {
    const value = resolved.config[key];
    const source = resolved.sources[key];
    return {
      flag,
      fileKey: fileKey(flag),
      text: kind.format(value),
      json: kind.toJson(value),
      source: source ? describeSource(source) : '',
    };
  });
}
