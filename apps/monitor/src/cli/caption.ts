import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';

/** At most so many lines are shown. */
const mostLines = 2;

/** The first lines of the file as they are now; none while there is no such file. */
export function captionReader(file: string | null, cwd: string): () => readonly string[] {
  if (file === null) return () => [];
  const path = resolve(cwd, file);
  return () => {
    try {
      const lines = readStart(path)
        .split('\n')
        .map((line) => line.trim());
      return lines.filter((line) => line !== '').slice(0, mostLines);
    } catch {
      return [];
    }
  };
}

function readStart(path: string): string {
  const fd = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(1_024);
    return buffer.toString('utf8', 0, readSync(fd, buffer));
  } finally {
    closeSync(fd);
  }
}
