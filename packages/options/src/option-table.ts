import type { OptionProblem } from './option-problem.ts';
import type { ValueKind } from './value-kind.ts';
import type { ValueSource } from './value-source.ts';

/** A default that follows another option's value. */
export interface SameAs {
  readonly sameAs: string;
}

/**
 * Where in the file an option may stand: only at its top, in a section for a service, or also in one for some of its
 * requests. What stands further out is the default of what stands further in.
 */
export type OptionScope = 'instance' | 'service' | 'request';

/** One option: everything that flags, file, environment, help, schema and docs know of it. */
export interface OptionEntry<Value> {
  /** With its two dashes; file key and variable are derived from it. */
  readonly flag: `--${string}`;
  readonly kind: ValueKind<Value>;
  readonly default: NoInfer<Value> | SameAs;
  /** Heading in help and docs. */
  readonly group: string;
  /** One line, without a full stop. */
  readonly description: string;
  /** `instance` where it isn't named. */
  readonly scope?: OptionScope;
  /** A word that stands alone and looks like this is its value, as if behind its flag. */
  readonly word?: RegExp;
  /** Shown in starter files where the default would teach nothing. */
  readonly example?: NoInfer<Value>;
}

export type OptionEntries = Readonly<Record<string, OptionEntry<unknown>>>;

/** The complete object that code receives. */
export type ConfigOf<Entries extends OptionEntries> = {
  readonly [Key in keyof Entries]: Entries[Key] extends { kind: ValueKind<infer Value> }
    ? Value
    : never;
};

export interface Preset<Config> {
  readonly description: string;
  readonly values: Partial<Config>;
}

/** Where each option was given by somebody, by key of the table; defaults are absent. */
export type GivenSources = Readonly<Record<string, ValueSource>>;

export interface OptionTable<Entries extends OptionEntries = OptionEntries> {
  /** Upper case with its trailing underscore, e.g. `SPILLWAY_`. */
  readonly environmentPrefix: string;
  /** Names of variables under the prefix that are somebody else's, such as another program's of ours. */
  readonly ignoredVariables: readonly RegExp[];
  /** Read from the working directory when no file is named. */
  readonly defaultFile: string;
  /** Keys of the file that hold no option but objects with options of their own; read by whoever knows them. */
  readonly sections?: readonly string[];
  readonly options: Entries;
  readonly presets: Readonly<Record<string, Preset<ConfigOf<Entries>>>>;
  /** Rules between options that hold whatever the values are, e.g. two that exclude each other. */
  readonly conflicts: readonly ((given: GivenSources) => OptionProblem | null)[];
  /** What the values in force say against each other; asked once each holds by itself. */
  contradictions?(
    config: NoInfer<ConfigOf<Entries>>,
    sources: NoInfer<Readonly<Record<keyof Entries, ValueSource>>>,
  ): readonly OptionProblem[];
}

/** Infers the value type from the kind, so that a default of another type does not compile. */
export function option<Value>(entry: OptionEntry<Value>): OptionEntry<Value> {
  return entry;
}

export function sameAs(key: string): SameAs {
  return { sameAs: key };
}

export function defineOptions<const Entries extends OptionEntries>(
  table: OptionTable<Entries>,
): OptionTable<Entries> {
  for (const [key, entry] of Object.entries(table.options)) {
    if (isSameAs(entry.default) && !Object.hasOwn(table.options, entry.default.sameAs)) {
      throw new Error(`${key} takes its default from ${entry.default.sameAs}, which is no option`);
    }
  }
  return table;
}

export function isSameAs(value: unknown): value is SameAs {
  return typeof value === 'object' && value !== null && 'sameAs' in value;
}
