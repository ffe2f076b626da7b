import { type Command, Option } from 'commander';
import { describeDefault } from './describe-default.ts';
import type { GivenValue, GivenValues } from './given-values.ts';
import {
  configDescription,
  configFlag,
  metaGroup,
  presetDescription,
  presetFlag,
} from './meta-options.ts';
import { negatedFlag } from './option-names.ts';
import { type OptionProblem, problem } from './option-problem.ts';
import type { OptionEntries, OptionEntry, OptionTable } from './option-table.ts';
import { unknownArguments } from './unknown-arguments.ts';

/**
 * Adds every flag of the table to a command; the function returned, called in the command's action,
 * gives what was typed. Commander stops at the first mistake: it is told to accept anything, and
 * all mistakes are collected here instead.
 */
export function addFlags<Entries extends OptionEntries>(
  command: Command,
  table: OptionTable<Entries>,
): () => GivenValues {
  command.allowUnknownOption().allowExcessArguments();
  const typed = new Map<string, GivenValue>();
  const problems: OptionProblem[] = [];
  const take = (key: string, entry: OptionEntry<unknown>, text: string): void => {
    const earlier = entry.kind.repeatable ? typed.get(key) : undefined;
    typed.set(key, addText(earlier, entry, text));
  };
  const missing = (flag: string): void => {
    problems.push(problem('missing_value', `flag ${flag}`, 'needs a value'));
  };

  for (const [key, entry] of Object.entries<OptionEntry<unknown>>(table.options)) {
    if (entry.kind.placeholder === '') {
      addSwitch(command, entry, (flag, on) => typed.set(key, given(flag, on, flag)));
    } else {
      addValued(command, entry.flag, entry.kind.placeholder, describeEntry(table, entry), (text) =>
        text === null ? missing(entry.flag) : take(key, entry, text),
      ).helpGroup(`${entry.group}:`);
    }
  }

  const meta = new Map<string, GivenValue>();
  const addMeta = (flag: string, placeholder: string, description: string): void => {
    addValued(command, flag, placeholder, description, (text) =>
      text === null ? missing(flag) : meta.set(flag, given(flag, text, text)),
    ).helpGroup(`${metaGroup}:`);
  };
  addMeta(configFlag, '<file>', configDescription(table.defaultFile));
  addMeta(presetFlag, '<name>', presetDescription(Object.keys(table.presets)));

  const takeWord = (word: string): boolean => {
    const found = Object.entries<OptionEntry<unknown>>(table.options).find(([, entry]) =>
      entry.word?.test(word),
    );
    if (found !== undefined) take(...found, word);
    return found !== undefined;
  };

  // Words are values too; taken once, however often somebody asks what was given.
  let unknown: OptionProblem[] | undefined;
  const findUnknown = (): OptionProblem[] => {
    unknown ??= unknownArguments(command, takeWord);
    return unknown;
  };
  return () => ({
    problems: [...findUnknown(), ...problems],
    values: typed,
    config: meta.get(configFlag) ?? null,
    preset: meta.get(presetFlag) ?? null,
  });
}

function describeEntry(table: OptionTable, entry: OptionEntry<unknown>): string {
  const choices = entry.kind.name === 'choice' ? `; ${entry.kind.allowed}` : '';
  return `${entry.description}${choices} (default: ${describeDefault(table, entry)})`;
}

function given(flag: string, raw: unknown, literal: string): GivenValue {
  return { raw, source: { from: 'flag', where: flag, literal } };
}

function addText(
  earlier: GivenValue | undefined,
  { flag, kind }: OptionEntry<unknown>,
  text: string,
): GivenValue {
  const raw = kind.fromText(text);
  if (earlier === undefined) return given(flag, raw, text);
  return given(flag, [earlier.raw, raw].flat(), `${earlier.source.literal},${text}`);
}

/** The value is declared optional so that a missing one is reported here, with everything else. */
function addValued(
  command: Command,
  flag: string,
  placeholder: string,
  description: string,
  take: (text: string | null) => void,
): Option {
  const added = new Option(`${flag} [${placeholder.slice(1, -1)}]`, description);
  command.addOption(added);
  command.on(`option:${added.name()}`, take);
  return added;
}

/** Help shows the form that changes something: `--no-x` where the default is on. */
function addSwitch(
  command: Command,
  entry: OptionEntry<unknown>,
  take: (flag: string, on: boolean) => void,
): void {
  for (const on of [true, false]) {
    const flag = on ? entry.flag : negatedFlag(entry.flag);
    const shown = on !== entry.default;
    const description = on
      ? `${entry.description} (default: off)`
      : `Switch off: ${entry.description.toLowerCase()} (default: on)`;
    const added = new Option(flag, description).helpGroup(`${entry.group}:`).hideHelp(!shown);
    command.addOption(added);
    command.on(`option:${added.name()}`, () => take(flag, on));
  }
}
