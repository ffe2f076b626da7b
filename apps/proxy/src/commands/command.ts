import { commandNames } from '@spillway/contracts';
import { problemReporter, type Surroundings } from '@spillway/terminal';
import type { Command } from 'commander';
import { exitUsage } from './exit-codes.ts';

/** Adds one command to the program; `end` hears the exit code when it has run. */
export type AddCommand = (
  program: Command,
  surroundings: Surroundings,
  end: (code: number) => void,
) => void;

export const reportProblems = problemReporter(commandNames.proxy, exitUsage);
