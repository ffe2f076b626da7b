import type { GivenValue, GivenValues } from './given-values.ts';
import { configFlag, presetFlag } from './meta-options.ts';
import { variableName } from './option-names.ts';
import { type OptionProblem, unknownName } from './option-problem.ts';
import type { OptionEntry, OptionTable } from './option-table.ts';
import { isServiceVariable } from './service-variable.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The table's variables. An empty one counts as unset, as `${X:-}` in compose files leaves it. */
export function readEnvironment(table: OptionTable, environment: Environment): GivenValues {
  const prefix = table.environmentPrefix;
  const entries = new Map<string, [string, OptionEntry<unknown>]>();
  for (const [key, entry] of Object.entries(table.options)) {
    entries.set(variableName(prefix, entry.flag), [key, entry]);
  }
  const configName = variableName(prefix, configFlag);
  const presetName = variableName(prefix, presetFlag);
  const known = [...entries.keys(), configName, presetName];

  const values = new Map<string, GivenValue>();
  const meta = new Map<string, GivenValue>();
  const problems: OptionProblem[] = [];
  for (const [name, text = ''] of Object.entries(environment)) {
    if (!name.startsWith(prefix) || text === '') continue;
    if (table.ignoredVariables.some((pattern) => pattern.test(name))) continue;
    if (isServiceVariable(name, text)) continue;
    const source = { from: 'environment', where: name, literal: text } as const;
    const entry = entries.get(name);
    if (entry) values.set(entry[0], { raw: entry[1].kind.fromText(text), source });
    else if (name === configName || name === presetName) meta.set(name, { raw: text, source });
    else {
      const message = 'there is no such variable';
      problems.push(unknownName('unknown_variable', `environment ${name}`, message, name, known));
    }
  }
  return {
    values,
    config: meta.get(configName) ?? null,
    preset: meta.get(presetName) ?? null,
    problems,
  };
}
