import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Makes dist what the sources say. Only what differs is written: another test file may do the same at
 * once, and a proxy may be reading.
 */
export async function buildPage(): Promise<void> {
  // Vitest says "test", and gets another bundle than people do.
  process.env.NODE_ENV = 'production';
  const built = await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    build: { write: false },
  });
  for (const file of (built as Rolldown.RolldownOutput).output) {
    const content = Buffer.from(file.type === 'chunk' ? file.code : file.source);
    const path = join(root, 'dist', file.fileName);
    if (existing(path)?.equals(content)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

function existing(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
