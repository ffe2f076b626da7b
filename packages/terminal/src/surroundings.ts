/** What a command sees of the process, so that tests can stand in for it. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  out(text: string): void;
  err(text: string): void;
}

/** Of the process itself. From then on readers of its output may go away. */
export function processSurroundings(): Surroundings {
  for (const stream of [process.stdout, process.stderr]) {
    stream.off('error', allowGoneReader).on('error', allowGoneReader);
  }
  return {
    environment: process.env,
    cwd: process.cwd(),
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
  };
}

/** A reader that has seen enough, such as head, is no fault of anybody: the command ends with the code it has anyway. */
function allowGoneReader(error: NodeJS.ErrnoException): void {
  // EIO: the terminal was closed.
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
}
