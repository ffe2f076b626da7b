import type { Command } from 'commander';

/** A benchmark is a subcommand with its own flags. Its action throws what keeps it from running. */
export interface Benchmark {
  command(): Command;
}

/** Something that must be there is missing or named wrongly: exit code 2, and the message says what to do. */
export class CannotRun extends Error {}
