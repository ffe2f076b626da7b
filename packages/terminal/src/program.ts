import { helpLayout } from '@spillway/options';
import { Command, CommanderError } from 'commander';

interface ProgramText {
  readonly name: string;
  readonly description: string;
  /** What follows the name. */
  readonly usage: string;
  readonly version: string;
  /** The end of its help. */
  readonly examples: string;
}

/** The frame of every program of ours: its help, its version, and no exit but the caller's. */
export function createProgram({
  name,
  description,
  usage,
  version,
  examples,
}: ProgramText): Command {
  return new Command(name)
    .description(description)
    .usage(usage)
    .optionsGroup('General:')
    .version(version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .configureHelp(helpLayout)
    .exitOverride()
    .addHelpText('after', examples);
}

/** Parses and runs what is named; false when that cannot be used, of which the user has been told. */
export async function runArguments(program: Command, argv: readonly string[]): Promise<boolean> {
  try {
    await program.parseAsync(argv, { from: 'user' });
    return true;
  } catch (error) {
    // Commander has printed its message already; help and version end here too, with 0.
    if (error instanceof CommanderError) return error.exitCode === 0;
    throw error;
  }
}
