import { type CommandOptions, CommandProcess, type Ended } from '@spillway/test-kit';

const main = new URL('../../src/main.ts', import.meta.url);

export function startLoadtest(argv: readonly string[], options?: CommandOptions): CommandProcess {
  return new CommandProcess(main, argv, options);
}

export function runLoadtest(argv: readonly string[], options?: CommandOptions): Promise<Ended> {
  return startLoadtest(argv, options).ended;
}
