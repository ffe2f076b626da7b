import type { Command } from 'commander';
import { type OptionProblem, problem, unknownName } from './option-problem.ts';

const negativeNumber = /^-\d/;

/**
 * What commander could not place, as problems: unknown flags, values for switches, and stray words
 * where the command declares no arguments and `takeWord` doesn't know what to do with one.
 */
export function unknownArguments(
  command: Command,
  takeWord: (word: string) => boolean,
): OptionProblem[] {
  const problems: OptionProblem[] = [];
  const commands = command.parent?.commands.map((sibling) => sibling.name()) ?? [];
  const takesWords = command.registeredArguments.length > 0;
  let afterUnknownFlag = false;
  for (const argument of command.args) {
    const isFlag =
      argument.length > 1 && argument.startsWith('-') && !negativeNumber.test(argument);
    if (isFlag) {
      problems.push(unknownFlag(command, argument));
    } else if (!afterUnknownFlag && !takesWords && !takeWord(argument)) {
      problems.push(
        unknownName(
          'unexpected_argument',
          `argument ${JSON.stringify(argument)}`,
          'is not expected here',
          argument,
          commands,
        ),
      );
    }
    // `--unknown value` is one mistake, not two.
    afterUnknownFlag = isFlag && !argument.includes('=');
  }
  return problems;
}

function unknownFlag(command: Command, argument: string): OptionProblem {
  const [name = argument] = argument.split('=', 1);
  const known = command.options.flatMap((option) => option.long ?? []);
  if (known.includes(name)) {
    return problem(
      'invalid_value',
      `flag ${name}`,
      'takes no value; it is on as it stands, and off as --no-…',
    );
  }
  return unknownName('unknown_flag', `flag ${name}`, 'there is no such flag', name, known);
}
