#!/usr/bin/env node
import { runProgram } from './cli/program.ts';
import { processSurroundings } from './cli/surroundings.ts';

process.exitCode = await runProgram(
  process.argv.slice(2),
  async (resolved) => {
    // Only start needs the request path: check, init and help answer without loading it.
    const { runStart } = await import('./commands/start.ts');
    return runStart(resolved);
  },
  processSurroundings(),
);
