#!/usr/bin/env node

// First of all, so before the rest is loaded: without a listener Node opens its debugger at SIGUSR1, and ends at SIGUSR2.
process.on('SIGUSR1', () => {}).on('SIGUSR2', () => {});

const [{ processSurroundings }, { runProgram }] = await Promise.all([
  import('@spillway/terminal'),
  import('./cli/program.ts'),
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

export {};
