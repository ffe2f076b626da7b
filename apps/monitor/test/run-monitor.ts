import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const monitorMain = fileURLToPath(new URL('../src/main.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once standard output, so far, holds it. */
  printed(what: RegExp): Promise<string>;
}

/** Starts the real command from its sources, in an environment of its own and without a terminal. */
export function startMonitor(
  argv: readonly string[],
  { cwd = tmpdir(), environment = {} }: { cwd?: string; environment?: Record<string, string> } = {},
): Running {
  const child = spawn(process.execPath, ['--conditions=@spillway/source', monitorMain, ...argv], {
    cwd,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  const printed = (what: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (what.test(stdout)) resolve(stdout);
      };
      waiting.add(look);
      look();
      void ended.then(() => reject(new Error(`ended without ${what}: ${stdout}${stderr}`)));
    });
  return { child, ended, printed };
}

export function runMonitor(...[argv, options]: Parameters<typeof startMonitor>): Promise<Ended> {
  return startMonitor(argv, options).ended;
}

/** A directory that is gone when the test is over. */
export function workingDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'monitor-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
