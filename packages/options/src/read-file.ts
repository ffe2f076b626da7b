import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ConfigProperty, parseConfigText } from './config-text.ts';
import { type GivenValue, type GivenValues, nothingGiven } from './given-values.ts';
import { presetFlag } from './meta-options.ts';
import { fileKey } from './option-names.ts';
import { type OptionProblem, problem, unknownName } from './option-problem.ts';
import type { OptionTable } from './option-table.ts';
import { describeSource } from './value-source.ts';

export interface FileLayer extends GivenValues {
  /** As named by whoever named it; null when no file was read. */
  readonly file: string | null;
}

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
    if (named === null && code === 'ENOENT') return { ...nothingGiven, file: null };
    const source = named === null ? `file ${file}` : describeSource(named.source);
    const message = `cannot read ${file}: ${reasons[code] ?? code}`;
    return { ...nothingGiven, file, problems: [problem('unreadable_file', source, message)] };
  }
  const parsed = parseConfigText(text);
  if (parsed.kind === 'broken') {
    const source = `file ${file}:${parsed.line}:${parsed.column}`;
    return {
      ...nothingGiven,
      file,
      problems: [problem('unparsable_file', source, parsed.message)],
    };
  }
  return { ...readProperties(table, file, parsed.properties), file };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
};

function readProperties(
  table: OptionTable,
  file: string,
  properties: readonly ConfigProperty[],
): GivenValues {
  const keys = new Map(
    Object.entries(table.options).map(([key, entry]) => [fileKey(entry.flag), key]),
  );
  const presetKey = fileKey(presetFlag);
  const values = new Map<string, GivenValue>();
  const lines = new Map<string, number>();
  const problems: OptionProblem[] = [];
  let preset: GivenValue | null = null;
  for (const { name, value, literal, line } of properties) {
    const where = `${file}:${line}`;
    const given: GivenValue = { raw: value, source: { from: 'file', where, literal } };
    const earlier = lines.get(name);
    lines.set(name, line);
    const key = keys.get(name);
    if (earlier !== undefined) {
      const message = `${name} stands there already, on line ${earlier}`;
      problems.push(problem('duplicate_key', `file ${where}`, message));
    } else if (key !== undefined) values.set(key, given);
    else if (name === presetKey) preset = given;
    // `$schema` is how editors find the JSON Schema.
    else if (name !== '$schema') {
      const message = `there is no option ${JSON.stringify(name)}`;
      const known = [...keys.keys(), presetKey];
      problems.push(unknownName('unknown_key', `file ${where}`, message, name, known));
    }
  }
  return { values, config: null, preset, problems };
}
