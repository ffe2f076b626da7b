import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ConfigProperty, parseConfigText } from './config-text.ts';
import { type GivenValue, type GivenValues, nothingGiven } from './given-values.ts';
import { presetFlag } from './meta-options.ts';
import { fileKey } from './option-names.ts';
import { type OptionProblem, problem, unknownName } from './option-problem.ts';
import type { OptionScope, OptionTable } from './option-table.ts';
import { describeSource } from './value-source.ts';

export interface FileLayer extends GivenValues {
  /** As named by whoever named it; null when no file was read. */
  readonly file: string | null;
  /** By name; those of the table that the file has. */
  readonly sections: ReadonlyMap<string, ConfigProperty>;
}

/** The file's outermost object. */
const top = (table: OptionTable): FilePart => ({
  scopes: ['instance', 'service', 'request'],
  preset: true,
  sections: table.sections ?? [],
});

const noSections: FileLayer['sections'] = new Map();

/** Reads the named file, or the default one when it is there. Paths are relative to `cwd`. */
export function readOptionsFile(
  table: OptionTable,
  named: GivenValue | null,
  cwd: string,
): FileLayer {
  const file = named === null ? table.defaultFile : String(named.raw);
  let text: string;
  try {
    text = readFileSync(resolve(cwd, file), 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    if (named === null && code === 'ENOENT')
      return { ...nothingGiven, file: null, sections: noSections };
    const source = named === null ? `file ${file}` : describeSource(named.source);
    const message = `cannot read ${file}: ${reasons[code] ?? code}`;
    return {
      ...{ ...nothingGiven, file, sections: noSections },
      problems: [problem('unreadable_file', source, message)],
    };
  }
  return readOptionsText(table, file, text);
}

/** Reads what a file says; `file` is its name in problems. */
export function readOptionsText(table: OptionTable, file: string, text: string): FileLayer {
  const parsed = parseConfigText(text);
  if (parsed.kind === 'broken') {
    const source = `file ${file}:${parsed.line}:${parsed.column}`;
    return {
      ...{ ...nothingGiven, file, sections: noSections },
      problems: [problem('unparsable_file', source, parsed.message)],
    };
  }
  return { ...readProperties(table, file, parsed.properties, top(table)), file };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
};

/** What an object of the file may hold. */
export interface FilePart {
  readonly scopes: readonly OptionScope[];
  /** Whether a preset may be named. */
  readonly preset: boolean;
  /** Keys of which the values are handed back unread. */
  readonly sections: readonly string[];
}

/** The options among the properties of an object of the file. */
export function readProperties(
  table: OptionTable,
  file: string,
  properties: readonly ConfigProperty[],
  { scopes, preset: takesPreset, sections }: FilePart,
): Omit<FileLayer, 'file'> {
  const keys = keysFor(table, scopes);
  const presetKey = fileKey(presetFlag);
  const values = new Map<string, GivenValue>();
  const found = new Map<string, ConfigProperty>();
  const lines = new Map<string, number>();
  const problems: OptionProblem[] = [];
  let preset: GivenValue | null = null;
  for (const property of properties) {
    const { name, value, literal, line } = property;
    const where = `${file}:${line}`;
    const given: GivenValue = { raw: value, source: { from: 'file', where, literal } };
    const earlier = lines.get(name);
    lines.set(name, line);
    const key = keys.get(name);
    if (earlier !== undefined) {
      const message = `${name} stands there already, on line ${earlier}`;
      problems.push(problem('duplicate_key', `file ${where}`, message));
    } else if (key !== undefined) values.set(key, given);
    else if (takesPreset && name === presetKey) preset = given;
    else if (sections.includes(name)) found.set(name, property);
    // `$schema` is how editors find the JSON Schema.
    else if (name !== '$schema') {
      const known = [...keys.keys(), ...(takesPreset ? [presetKey] : []), ...sections];
      problems.push(
        misplaced(table, name, `file ${where}`) ?? unknown(name, `file ${where}`, known),
      );
    }
  }
  return { values, config: null, preset, problems, sections: found };
}

/** Keys of the file with those of the table; made once of each, as a file may have a thousand parts. */
const knownKeys = new WeakMap<OptionTable, Map<string, ReadonlyMap<string, string>>>();

function keysFor(table: OptionTable, scopes: readonly OptionScope[]): ReadonlyMap<string, string> {
  const byScopes = knownKeys.get(table) ?? new Map<string, ReadonlyMap<string, string>>();
  knownKeys.set(table, byScopes);
  const id = scopes.join(' ');
  const known = byScopes.get(id);
  if (known !== undefined) return known;
  const keys = new Map(
    Object.entries(table.options)
      .filter(([, { scope }]) => scopes.includes(scope ?? 'instance'))
      .map(([key, entry]) => [fileKey(entry.flag), key]),
  );
  byScopes.set(id, keys);
  return keys;
}

/** An option that exists, but not in this part of the file. */
function misplaced(table: OptionTable, name: string, source: string): OptionProblem | null {
  const entry = Object.values(table.options).find(({ flag }) => fileKey(flag) === name);
  if (entry === undefined) return null;
  const message =
    entry.scope === 'service'
      ? `${name} is shared by all requests of a service: set it in the service or at the top of the file`
      : `${name} holds for the whole process: set it at the top of the file`;
  return problem('unknown_key', source, message);
}

const unknown = (name: string, source: string, known: readonly string[]): OptionProblem =>
  unknownName('unknown_key', source, `there is no option ${JSON.stringify(name)}`, name, known);
