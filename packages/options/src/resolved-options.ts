import type { ConfigOf, OptionEntries } from './option-table.ts';
import type { ValueSource } from './value-source.ts';

/** What code receives: every option has a value, frozen, with its source kept beside it. */
export interface ResolvedOptions<Entries extends OptionEntries> {
  readonly config: ConfigOf<Entries>;
  readonly sources: Readonly<Record<keyof Entries, ValueSource>>;
  readonly preset: string | null;
  /** The file that was read, as named; null when there was none. */
  readonly file: string | null;
}
