#!/usr/bin/env node

import { bearEarlySignals } from './system/early-signals.ts';

bearEarlySignals(process.argv.slice(2));

const [{ processSurroundings }, { runProgram }] = await Promise.all([
  import('@spillway/terminal'),
  import('./commands/program.ts'),
]);

process.exitCode = await runProgram(
  process.argv.slice(2),
  async (resolved, readAgain) => {
    // Only start needs the request path: check, init and help answer without loading it.
    const { runStart } = await import('./commands/start/start.ts');
    return runStart(resolved, readAgain);
  },
  processSurroundings(),
);
