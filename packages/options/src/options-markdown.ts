import { describeDefault } from './describe-default.ts';
import {
  configDescription,
  configFlag,
  metaGroup,
  presetDescription,
  presetFlag,
} from './meta-options.ts';
import { optionGroups } from './option-groups.ts';
import { fileKey, negatedFlag, variableName } from './option-names.ts';
import type { OptionEntry, OptionScope, OptionTable, Preset } from './option-table.ts';

/**
 * The options as Markdown: a table a group, then the presets. `whereTheyStand` explains the column that says so; without
 * it there is none.
 */
export function optionsMarkdown(
  table: OptionTable,
  title: string,
  whereTheyStand: string | null = null,
): string {
  const scoped = whereTheyStand !== null;
  const headings = scoped ? optionHeadings.toSpliced(3, 0, 'Where') : optionHeadings;
  const groups = optionGroups(table).map(([group, entries]) => {
    const rows = entries.map(([, entry]) => {
      const row = optionRow(table, entry);
      return scoped ? row.toSpliced(3, 0, wheres[entry.scope ?? 'instance']) : row;
    });
    return `## ${group}\n\n${markdownTable(headings, rows)}`;
  });
  const explained = scoped ? [whereTheyStand] : [];
  const parts = [introduction(table, title), ...explained, ...groups, general(table)];
  return `${[...parts, presets(table)].join('\n\n')}\n`;
}

const wheres: Readonly<Record<OptionScope, string>> = {
  instance: 'top',
  service: 'service',
  request: 'route',
};

const optionHeadings = ['Flag', 'Environment', 'File', 'Default', 'Meaning'];

function introduction(table: OptionTable, title: string): string {
  return `# ${title}

<!-- Generated from the table of options; change it there and run the docs script. -->

A flag wins over the environment, the environment over the file, the file over the preset, and the
preset over the default. The file is the one that \`${configFlag}\` names, or \`${table.defaultFile}\` in the
working directory when it is there: JSON, with comments and trailing commas allowed.

Durations: a bare number is seconds; \`500ms\`, \`30s\`, \`5m\`, \`1h\` and \`1d\` work too. Sizes: a bare number is
bytes; \`64KiB\` is 65536 and \`64kB\` is 64000. Where \`none\` is allowed, \`off\` says the same, and so
does \`null\` in a file. Lists: repeat the flag, separate by commas in the environment, write an array in the
file. An empty variable counts as unset.

Everything that is unknown or invalid is reported at once, and the exit code is 2.`;
}

function optionRow(table: OptionTable, entry: OptionEntry<unknown>): string[] {
  const isSwitch = entry.kind.placeholder === '';
  const flag = isSwitch
    ? `\`${entry.flag}\`, \`${negatedFlag(entry.flag)}\``
    : `\`${entry.flag} ${entry.kind.placeholder}\``;
  const allowed = isSwitch ? '' : ` Must be ${entry.kind.allowed}.`;
  return [
    flag,
    `\`${variableName(table.environmentPrefix, entry.flag)}\``,
    `\`${fileKey(entry.flag)}\``,
    describeDefault(table, entry),
    `${entry.description}.${allowed}`,
  ];
}

function general(table: OptionTable): string {
  const prefix = table.environmentPrefix;
  const names = Object.keys(table.presets);
  const rows = [
    [
      `\`${configFlag} <file>\``,
      `\`${variableName(prefix, configFlag)}\``,
      '',
      '',
      `${configDescription(table.defaultFile)}.`,
    ],
    [
      `\`${presetFlag} <name>\``,
      `\`${variableName(prefix, presetFlag)}\``,
      `\`${fileKey(presetFlag)}\``,
      'none',
      `${presetDescription(names)}.`,
    ],
  ];
  return `## ${metaGroup}\n\n${markdownTable(optionHeadings, rows)}`;
}

function presets(table: OptionTable): string {
  const rows = Object.entries(table.presets).map(([name, preset]) => [
    `\`${name}\``,
    preset.description,
    presetFlags(table, preset),
  ]);
  return `## Presets\n\n${markdownTable(['Preset', 'For', 'Sets'], rows)}`;
}

function presetFlags(table: OptionTable, preset: Preset<Record<string, unknown>>): string {
  return Object.entries(preset.values)
    .map(([key, value]) => {
      const entry = table.options[key];
      return entry ? `\`${entry.flag} ${entry.kind.format(value)}\`` : '';
    })
    .join(' ');
}

function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}
