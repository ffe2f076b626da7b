import { checkValues } from './check-values.ts';
import type { ConfigProperty } from './config-text.ts';
import type { OptionProblem } from './option-problem.ts';
import type { OptionEntries, OptionTable } from './option-table.ts';
import { type FilePart, readProperties } from './read-file.ts';
import { complete, findPreset } from './resolve-options.ts';
import type { HeldValue, ResolvedOptions } from './resolved-options.ts';

/** Options in force in a part of the file: its own over those around it. */
export interface ResolvedSection<Entries extends OptionEntries>
  extends Pick<ResolvedOptions<Entries>, 'config' | 'sources' | 'given' | 'sections'> {
  readonly problems: readonly OptionProblem[];
}

/** Reads an object of the file over what is in force around it. With problems, the values around stay in force. */
export function resolveSection<Entries extends OptionEntries>(
  table: OptionTable<Entries>,
  outer: Pick<ResolvedOptions<Entries>, 'config' | 'sources' | 'given'>,
  file: string,
  properties: readonly ConfigProperty[],
  part: FilePart,
): ResolvedSection<Entries> {
  const layer = readProperties(table, file, properties, part);
  if (layer.values.size === 0 && layer.preset === null) {
    // Nothing of its own: what is in force around it has been looked at there.
    const { config, sources, given } = outer;
    return { config, sources, given, sections: layer.sections, problems: layer.problems };
  }
  const preset = findPreset(table, layer.preset);
  const checked = checkValues(table, layer.values);
  const given = new Map<string, HeldValue>(outer.given);
  for (const [key, value] of Object.entries(preset.values)) {
    given.set(key, { value, source: { from: 'preset', where: preset.name ?? '', literal: null } });
  }
  for (const [key, value] of checked.values) given.set(key, value);
  const { config, sources } = complete(table, given);
  const problems = [...layer.problems, ...checked.problems, ...preset.problems];
  if (problems.length === 0) problems.push(...(table.contradictions?.(config, sources) ?? []));
  return { config, sources, given, sections: layer.sections, problems };
}
