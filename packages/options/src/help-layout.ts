import type { Command, Help, Option } from 'commander';

/**
 * For `configureHelp` of a program whose first command is its default: the program's own help shows
 * that command's options too. Values are declared optional to have mistakes collected; people see
 * them as required.
 */
export const helpLayout: Partial<Help> = {
  // Below 40 columns commander would not wrap; beside the longest flags there are fewer.
  minWidthToWrap: 30,
  optionTerm: (option: Option) => option.flags.replace(/\[(.*)\]/, '<$1>'),
  visibleOptions: (command: Command) => {
    const started = command.parent ? [] : (command.commands[0]?.options ?? []);
    const help = command.createOption('-h, --help', 'show this help').helpGroup('General:');
    return [...started, ...command.options, help].filter((option) => !option.hidden);
  },
};
