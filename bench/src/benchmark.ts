import type { Command } from 'commander';

/** A benchmark is a subcommand with its own flags. Its action throws what keeps it from running. */
export interface Benchmark {
  command(): Command;
}
