import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('../../proxy/src/main.ts', import.meta.url));

/** The proxy itself in front of its demo backend; gives its address. */
export function startRealProxy(argv: readonly string[] = []): Promise<string> {
  const child = spawn(
    process.execPath,
    ['--conditions=@spillway/source', main, 'start', '--port', '0', ...argv],
    { cwd: tmpdir(), env: { PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: string): void => {
      text += chunk;
      const [, url] = /listening\s+(http:\S+)/.exec(text) ?? [];
      if (url) resolve(url);
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('exit', () => reject(new Error(`the proxy ended: ${text}`)));
  });
}
