/** What a command sees of the process, so that tests can stand in for it. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Columns of a terminal behind standard error, where progress goes; null when it is none. */
  readonly terminal: { readonly columns: number } | null;
  out(text: string): void;
  err(text: string): void;
  /** Without a line's end, for what overwrites itself. */
  errRaw(text: string): void;
}

export function processSurroundings(): Surroundings {
  const { stderr, stdout } = process;
  return {
    environment: process.env,
    cwd: process.cwd(),
    terminal: stderr.isTTY ? { columns: stderr.columns || 80 } : null,
    out: (text) => stdout.write(`${text}\n`),
    err: (text) => stderr.write(`${text}\n`),
    errRaw: (text) => stderr.write(text),
  };
}
