#!/usr/bin/env node
import { processSurroundings } from '@spillway/terminal';
import { runProgram } from './cli/program.ts';

process.exitCode = await runProgram(
  process.argv.slice(2),
  async (resolved) => {
    // Only start needs the request path: check, init and help answer without loading it.
    const { runStart } = await import('./commands/start/start.ts');
    return runStart(resolved);
  },
  processSurroundings(),
);
