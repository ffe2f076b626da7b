import type { OptionProblem } from './option-problem.ts';
import type { ValueSource } from './value-source.ts';

/** A value as somebody gave it, not yet checked. */
export interface GivenValue {
  readonly raw: unknown;
  readonly source: ValueSource;
}

/** What one layer (flags, environment, file) says; each layer reports all that it could not take. */
export interface GivenValues {
  /** By key of the table. */
  readonly values: ReadonlyMap<string, GivenValue>;
  readonly config: GivenValue | null;
  readonly preset: GivenValue | null;
  readonly problems: readonly OptionProblem[];
}

export const nothingGiven: GivenValues = {
  values: new Map(),
  config: null,
  preset: null,
  problems: [],
};
