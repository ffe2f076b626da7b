/** What a command sees of the process, so that tests can stand in for it. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Standard output is a terminal that can place the cursor. */
  readonly hasScreen: boolean;
  out(text: string): void;
  err(text: string): void;
}

export function processSurroundings(): Surroundings {
  const { stderr, stdout, env } = process;
  return {
    environment: env,
    cwd: process.cwd(),
    hasScreen: stdout.isTTY === true && env.TERM !== 'dumb',
    out: (text) => stdout.write(`${text}\n`),
    err: (text) => stderr.write(`${text}\n`),
  };
}
