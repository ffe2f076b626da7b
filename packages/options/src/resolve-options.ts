import { checkValues } from './check-values.ts';
import { describeDefault } from './describe-default.ts';
import type { GivenValue, GivenValues } from './given-values.ts';
import { type OptionProblem, unknownName } from './option-problem.ts';
import { type ConfigOf, isSameAs, type OptionEntries, type OptionTable } from './option-table.ts';
import { type Environment, readEnvironment } from './read-environment.ts';
import { readOptionsFile, readOptionsText } from './read-file.ts';
import type { HeldValue, ResolvedOptions } from './resolved-options.ts';
import { describeSource, type ValueSource } from './value-source.ts';

/** Where the process stands. */
export interface Surroundings {
  readonly environment: Environment;
  readonly cwd: string;
  /** The file's text, from somebody who has it, with how they call it; no file is looked for then. */
  readonly file?: { readonly name: string; readonly text: string };
}

export type Resolution<Entries extends OptionEntries> =
  | { readonly ok: true; readonly resolved: ResolvedOptions<Entries> }
  | {
      readonly ok: false;
      readonly problems: readonly OptionProblem[];
      /** As if what is wrong had not been given: for whoever looks for further faults, in the sections of the file. */
      readonly rest: ResolvedOptions<Entries>;
    };

const { compare } = new Intl.Collator('en', { numeric: true });
const byLine = (a: OptionProblem, b: OptionProblem): number => compare(a.source, b.source);

/** Flag > environment > file > preset > default; or every problem of all of them at once. */
export function resolveOptions<Entries extends OptionEntries>(
  table: OptionTable<Entries>,
  flags: GivenValues,
  { environment, cwd, file: givenFile }: Surroundings,
): Resolution<Entries> {
  const variables = readEnvironment(table, environment);
  const file =
    givenFile === undefined
      ? readOptionsFile(table, flags.config ?? variables.config, cwd)
      : readOptionsText(table, givenFile.name, givenFile.text);
  const preset = findPreset(table, flags.preset ?? variables.preset ?? file.preset);

  // Weakest first, so that a later layer overwrites.
  const held = new Map<string, HeldValue>();
  const given: Record<string, ValueSource> = {};
  const problems: OptionProblem[] = [];
  for (const [key, value] of Object.entries(preset.values)) {
    held.set(key, { value, source: { from: 'preset', where: preset.name ?? '', literal: null } });
  }
  for (const layer of [file, variables, flags]) {
    const checked = checkValues(table, layer.values);
    // Flags are reported first: they are nearest to whoever typed them.
    const found = [...layer.problems, ...checked.problems];
    problems.unshift(...(layer === file ? found.sort(byLine) : found));
    for (const [key, value] of checked.values) held.set(key, value);
    for (const [key, { source }] of layer.values) given[key] = source;
  }
  problems.push(...preset.problems);
  for (const conflict of table.conflicts) {
    const found = conflict(given);
    if (found) problems.push(found);
  }
  const { config, sources } = complete(table, held);
  const resolved: ResolvedOptions<Entries> = Object.freeze({
    ...{ config, sources, preset: preset.name, file: file.file },
    ...{ given: held, sections: file.sections },
  });
  if (problems.length === 0) problems.push(...(table.contradictions?.(config, sources) ?? []));
  return problems.length > 0 ? { ok: false, problems, rest: resolved } : { ok: true, resolved };
}

export function findPreset(table: OptionTable, named: GivenValue | null) {
  if (named === null) return { name: null, values: {}, problems: [] };
  const names = Object.keys(table.presets);
  const name = String(named.raw);
  const preset = Object.hasOwn(table.presets, name) ? table.presets[name] : undefined;
  if (preset) return { name, values: preset.values, problems: [] };
  const message = `there is no preset ${JSON.stringify(named.raw)}; there are ${names.join(', ')}`;
  const source = describeSource(named.source);
  return {
    name: null,
    values: {},
    problems: [unknownName('unknown_preset', source, message, name, names)],
  };
}

/** An option with what holds where nobody gives it. */
interface Gap {
  readonly key: string;
  /** The option whose value it takes; null: `value` is its own. */
  readonly follows: string | null;
  readonly value: unknown;
  readonly source: ValueSource;
}

/** In the order in which they are filled; made once of each table, as a file may have a thousand sections. */
const knownGaps = new WeakMap<OptionTable, readonly Gap[]>();

function gapsOf(table: OptionTable): readonly Gap[] {
  const known = knownGaps.get(table);
  if (known !== undefined) return known;
  const gaps = Object.entries(table.options).map(([key, entry]): Gap => {
    const follows = isSameAs(entry.default) ? entry.default.sameAs : null;
    const where = follows === null ? '' : describeDefault(table, entry);
    const value = follows === null ? frozen(entry.default) : null;
    return { key, follows, value, source: { from: 'default', where, literal: null } };
  });
  const followersLast = [
    ...gaps.filter(({ follows }) => follows === null),
    ...gaps.filter(({ follows }) => follows !== null),
  ];
  knownGaps.set(table, followersLast);
  return followersLast;
}

const frozen = (value: unknown): unknown =>
  Array.isArray(value) && !Object.isFrozen(value) ? Object.freeze([...value]) : value;

/** Fills in the defaults; those that follow another option come last. */
export function complete<Entries extends OptionEntries>(
  table: OptionTable<Entries>,
  held: ReadonlyMap<string, HeldValue>,
): Pick<ResolvedOptions<Entries>, 'config' | 'sources'> {
  const config: Record<string, unknown> = {};
  const sources: Record<string, ValueSource> = {};
  for (const gap of gapsOf(table)) {
    const { key, follows } = gap;
    const given = held.get(key);
    if (given !== undefined) config[key] = frozen(given.value);
    else config[key] = follows === null ? gap.value : config[follows];
    sources[key] = (given ?? gap).source;
  }
  return {
    config: Object.freeze(config) as ConfigOf<Entries>,
    sources: Object.freeze(sources) as Record<keyof Entries, ValueSource>,
  };
}
