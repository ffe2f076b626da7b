import { type CommandOptions, CommandProcess, type Ended } from '@spillway/test-kit';

export const monitorMain = new URL('../src/main.ts', import.meta.url);

export function startMonitor(argv: readonly string[], options?: CommandOptions): CommandProcess {
  return new CommandProcess(monitorMain, argv, options);
}

export function runMonitor(argv: readonly string[], options?: CommandOptions): Promise<Ended> {
  return startMonitor(argv, options).ended;
}
