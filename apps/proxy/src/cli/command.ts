import type { Surroundings } from '@spillway/terminal';
import type { Command } from 'commander';

/** Adds one command to the program; `end` hears the exit code when it has run. */
export type AddCommand = (
  program: Command,
  surroundings: Surroundings,
  end: (code: number) => void,
) => void;
