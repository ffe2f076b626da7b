import { processSurroundings, type Surroundings } from '@spillway/terminal';

export interface LoadtestSurroundings extends Surroundings {
  /** Columns of a terminal behind standard error, where progress goes; null when it is none. */
  readonly terminal: { readonly columns: number } | null;
  /** Without a line's end, for what overwrites itself. */
  errRaw(text: string): void;
}

export function loadtestSurroundings(): LoadtestSurroundings {
  const { stderr } = process;
  return {
    ...processSurroundings(),
    terminal: stderr.isTTY ? { columns: stderr.columns || 80 } : null,
    errRaw: (text) => stderr.write(text),
  };
}
