import type { ConfigProperty } from './config-text.ts';
import type { ConfigOf, OptionEntries } from './option-table.ts';
import type { ValueSource } from './value-source.ts';

/** A checked value with who set it. */
export interface HeldValue {
  readonly value: unknown;
  readonly source: ValueSource;
}

/** What code receives: every option has a value, frozen, with its source kept beside it. */
export interface ResolvedOptions<Entries extends OptionEntries> {
  readonly config: ConfigOf<Entries>;
  readonly sources: Readonly<Record<keyof Entries, ValueSource>>;
  readonly preset: string | null;
  /** What was given, by a preset too, before defaults filled the gaps; by key of the table. */
  readonly given: ReadonlyMap<string, HeldValue>;
  /** Sections of the file, unread. */
  readonly sections: ReadonlyMap<string, ConfigProperty>;
  /** The file that was read, as named; null when there was none. */
  readonly file: string | null;
}
