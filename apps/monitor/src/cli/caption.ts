import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';

/** The first line of the file as it is now; null while there is none. */
export function captionReader(file: string | null, cwd: string): () => string | null {
  if (file === null) return () => null;
  const path = resolve(cwd, file);
  return () => {
    try {
      const start = readStart(path);
      return start.split('\n', 1)[0]?.trim() || null;
    } catch {
      return null;
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
