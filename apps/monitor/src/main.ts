#!/usr/bin/env node
import { exitCodes } from './cli/exit-codes.ts';
import { runProgram } from './cli/program.ts';
import { monitorSurroundings } from './cli/surroundings.ts';

const surroundings = monitorSurroundings();

// Leaving by `exit` restores the terminal first, so that what is said here can be read.
process.on('uncaughtException', (error) => {
  process.once('exit', () => surroundings.err(`monitor: ${error.stack ?? error.message}`));
  process.exit(exitCodes.crash);
});

process.exitCode = await runProgram(
  process.argv.slice(2),
  async (resolved) => {
    // Only watching needs the screen: help answers without loading it.
    const { runCommand } = await import('./cli/run-command.ts');
    return runCommand(resolved, surroundings);
  },
  surroundings,
);
