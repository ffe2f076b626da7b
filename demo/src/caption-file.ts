import { renameSync, writeFileSync } from 'node:fs';

/** Replaces the file as a whole: the monitor reads it whenever it draws. */
export function writeCaption(file: string, lines: readonly string[]): void {
  writeFileSync(`${file}.new`, `${lines.join('\n')}\n`);
  renameSync(`${file}.new`, file);
}
