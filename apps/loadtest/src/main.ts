#!/usr/bin/env node
import { runProgram } from './cli/program.ts';
import { loadtestSurroundings } from './cli/surroundings.ts';

const surroundings = loadtestSurroundings();

process.exitCode = await runProgram(
  process.argv.slice(2),
  async (resolved) => {
    // Only a run needs the engines: merge and help answer without loading them.
    const { runCommand } = await import('./cli/run-command.ts');
    return runCommand(resolved, surroundings);
  },
  surroundings,
);
