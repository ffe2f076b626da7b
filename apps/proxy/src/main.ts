#!/usr/bin/env node

import { bearEarlySignals } from './system/early-signals.ts';

bearEarlySignals(process.argv.slice(2));

const [{ processSurroundings }, { runProgram }, { tellPredecessor }] = await Promise.all([
  import('@spillway/terminal'),
  import('./commands/program.ts'),
  import('./upgrade/predecessor.ts'),
]);

const surroundings = processSurroundings();
process.exitCode = await runProgram(
  process.argv.slice(2),
  async (resolved, readAgain) => {
    // Only start needs the request path: check, init and help answer without loading it.
    const { runStart } = await import('./commands/start/start.ts');
    return runStart(resolved, readAgain);
  },
  {
    ...surroundings,
    err: (text) => {
      surroundings.err(text);
      tellPredecessor(text);
    },
  },
);
