import type { Command, Help, Option } from 'commander';

/**
 * `proxy --help` shows the options of `start` too, since that is what runs when no command is
 * named. Values are declared optional to have mistakes collected; people see them as required.
 */
export const helpLayout: Partial<Help> = {
  optionTerm: (option: Option) => option.flags.replace(/\[(.*)\]/, '<$1>'),
  visibleOptions: (command: Command) => {
    const started = command.parent ? [] : (command.commands[0]?.options ?? []);
    const help = command.createOption('-h, --help', 'show this help').helpGroup('General:');
    return [...started, ...command.options, help].filter((option) => !option.hidden);
  },
};

export const examples = `
Examples:
  proxy start                   against the built-in demo backend
  proxy --target-host 10.0.0.5 --target-port 8000
  proxy --target http://10.0.0.5:8000 --preset long-requests
  proxy init --preset balanced  write a commented proxy_config.json
  proxy check --print           what is in force, and what contradicts itself

Durations: 500ms, 30s, 5m, 1h, or a number of seconds.
Sizes: 64KiB, 1MB, or a number of bytes.
Every option is also a SPILLWAY_ variable and a key of the file; docs/options.md
lists them.`;
