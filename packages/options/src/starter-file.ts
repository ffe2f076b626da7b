import { optionGroups } from './option-groups.ts';
import { fileKey } from './option-names.ts';
import { isSameAs, type OptionEntry, type OptionTable } from './option-table.ts';

/**
 * A commented options file: every option with its description, those of `active` set, all others
 * commented out with their defaults. Trailing commas let lines be taken in and out freely. `ending`: lines that
 * follow the options, within the object.
 */
export function starterFile(
  table: OptionTable,
  headline: readonly string[],
  active: Readonly<Record<string, unknown>>,
  ending: readonly string[] = [],
): string {
  const groups = optionGroups(table).map(([group, entries]) => {
    const lines = entries.flatMap(([key, entry]) => optionLines(table, entry, key, active));
    return [`  // ---- ${group} ----`, ...lines].join('\n');
  });
  const head = headline.map((line) => `// ${line}`);
  const last = ending.length === 0 ? [] : ['', ...ending.map((line) => `  ${line}`)];
  return `${[...head, '{', groups.join('\n\n'), ...last, '}'].join('\n')}\n`;
}

function optionLines(
  table: OptionTable,
  entry: OptionEntry<unknown>,
  key: string,
  active: Readonly<Record<string, unknown>>,
): string[] {
  const description = `  // ${entry.description}`;
  const line = (shown: unknown): string =>
    `"${fileKey(entry.flag)}": ${JSON.stringify(entry.kind.toJson(shown))},`;
  if (key in active) return [description, `  ${line(active[key])}`];
  if (entry.example !== undefined) return [description, `  // ${line(entry.example)}`];
  if (!isSameAs(entry.default)) return [description, `  // ${line(entry.default)}`];
  const { sameAs } = entry.default;
  const followed = table.options[sameAs];
  return [
    `${description}; unless set, same as ${followed ? fileKey(followed.flag) : sameAs}`,
    `  // ${line(active[sameAs] ?? followed?.default)}`,
  ];
}
