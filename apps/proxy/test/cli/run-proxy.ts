import { type Ended, runCommand } from '@spillway/test-kit';

const main = new URL('../../src/main.ts', import.meta.url);

/** Runs the real command to its end. */
export function runProxy(
  argv: readonly string[],
  cwd: string,
  environment: Record<string, string> = {},
): Promise<Ended> {
  return runCommand(main, argv, { cwd, environment });
}
