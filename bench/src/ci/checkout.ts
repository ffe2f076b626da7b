import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CannotRun } from '../benchmark.ts';

/** This checkout. */
export const here = fileURLToPath(new URL('../../..', import.meta.url));

/** A program of a built checkout; refuses one that isn't built. */
export function builtProgram(folder: string, main: string): string {
  const program = join(resolve(folder), main);
  if (existsSync(program)) return program;
  throw new CannotRun(
    `${program} is missing: build that checkout first (pnpm install, pnpm build)`,
  );
}

export interface Checkout {
  readonly folder: string;
  remove(): void;
}

/** A commit, branch or tag of this repository, installed and built in a folder of its own. */
export function checkOut(ref: string): Checkout {
  const folder = join(mkdtempSync(join(tmpdir(), 'spillway-base-')), 'checkout');
  const remove = () => {
    spawnSync('git', ['worktree', 'remove', '--force', folder], { cwd: here });
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    run('git', ['worktree', 'add', '--detach', folder, ref], here);
    const [pnpm = '', ...args] = pnpmCommand();
    run(pnpm, [...args, 'install', '--frozen-lockfile', '--prefer-offline'], folder);
    run(pnpm, [...args, '--filter', '@spillway/proxy...', 'run', 'build'], folder);
  } catch (error) {
    remove();
    throw error;
  }
  return { folder, remove };
}

function pnpmCommand(): string[] {
  return spawnSync('pnpm', ['--version']).error ? ['npx', '-y', 'pnpm@12'] : ['pnpm'];
}

function run(program: string, args: string[], cwd: string): void {
  const { status, error, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  const output = `${stdout ?? ''}${stderr ?? error?.message ?? ''}`.trim();
  throw new CannotRun(`${program} ${args.join(' ')} failed:\n${output}`);
}
