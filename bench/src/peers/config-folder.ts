import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder until this process ends: for the configuration of a peer, or what it writes. */
export function configFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-bench-'));
  folders.push(folder);
  return folder;
}
