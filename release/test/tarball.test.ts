import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

// What people get: packed, installed in an empty folder by each of their tools, and run on the oldest Node and on ours.

const run = promisify(execFile);
const release = fileURLToPath(new URL('..', import.meta.url));
const oldestNode = join(release, 'node_modules/oldest-node/bin/node');
let folder: string;
let tarball: string;

/** The tools write where they like to below a home; this one has nothing of ours in it. */
const environment = () => ({
  PATH: process.env.PATH,
  HOME: folder,
  npm_config_update_notifier: 'false',
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-tarball-'));
  await run('npm', ['pack', '--pack-destination', folder], { cwd: release });
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const installers: Readonly<Record<string, readonly string[]>> = {
  npm: ['npm', 'install', '--no-audit', '--no-fund'],
  pnpm: ['npx', '-y', 'pnpm@12', 'add'],
};

/** An empty folder with the package installed by the tool of that name. */
async function installedBy(tool: string): Promise<string> {
  const at = join(folder, tool);
  mkdirSync(at);
  writeFileSync(join(at, 'package.json'), '{ "name": "empty", "type": "module" }\n');
  const [program = '', ...argv] = installers[tool] ?? [];
  await run(program, [...argv, tarball], { cwd: at, env: { ...process.env, CI: 'true' } });
  return at;
}

/** Answers once it listens; it is gone when the test is over. */
async function listening(program: string, argv: readonly string[], cwd: string): Promise<string> {
  const child = spawn(program, argv, { cwd, env: environment(), detached: true });
  onTestFinished(() => endGroup(child));
  let text = '';
  for await (const chunk of child.stderr) {
    text += chunk;
    const [, url] = /listening +(http:\S+)/.exec(text) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error(`it ended and did not listen:\n${text}`);
}

/** npx runs a shell, which runs the program. */
function endGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL');
}

const start = ['start', '--port', '0'];

describe('the package', () => {
  it.for(Object.keys(installers))(
    'installed by %s serves a request',
    { timeout: 120_000 },
    async (tool) => {
      const at = await installedBy(tool);
      const url = await listening(join(at, 'node_modules/.bin/spillway'), start, at);
      expect((await fetch(`${url}/api/health`)).status).toBe(200);
      expect((await fetch(`${url}/proxy-dashboard`)).status).toBe(200);
    },
  );

  it('run by npx from the tarball serves a request', { timeout: 120_000 }, async () => {
    const argv = ['--yes', '--package', tarball, '--', 'spillway', ...start];
    const url = await listening('npx', argv, folder);
    expect((await fetch(`${url}/api/health`)).status).toBe(200);
  });

  describe.for([
    ['the oldest Node it supports', () => oldestNode],
    ['the newest Node', () => process.execPath],
  ] as const)('on %s', ([, node]) => {
    const spillway = () => join(unpacked, 'package/bin/spillway.cjs');
    let unpacked: string;
    beforeAll(async () => {
      unpacked = mkdtempSync(join(folder, 'unpacked-'));
      await run('tar', ['-xzf', tarball, '-C', unpacked]);
    });

    it('serves, is load-tested and watched', async () => {
      const url = await listening(node(), [spillway(), ...start], unpacked);
      const html = join(unpacked, 'report.html');
      const load = [
        'loadtest',
        `${url}/x`,
        '--total-requests',
        '20',
        '--workers',
        '2',
        '--html',
        html,
      ];
      const { stdout } = await run(node(), [spillway(), ...load], { cwd: unpacked });
      expect(stdout).toContain('passed');
      expect(readdirSync(unpacked)).toContain('report.html');
      const open = ['loadtest', `${url}/x`, '--rate', '100', '--duration', '200ms'];
      expect((await run(node(), [spillway(), ...open], { cwd: unpacked })).stdout).toContain(
        'passed',
      );
      const watched = await run(node(), [spillway(), 'monitor', url, '--once'], { cwd: unpacked });
      expect(watched.stdout).toContain('healthy');
    });

    it('checks, names its commands as they are typed, and knows its version', async () => {
      const help = await run(node(), [spillway(), '--help']);
      expect(help.stdout).toContain('spillway check --print');
      const target = 'http://127.0.0.1:1';
      const checked = await run(node(), [spillway(), 'check', target, '--print'], {
        cwd: unpacked,
      });
      expect(checked.stdout).toContain(target);
      const { stdout } = await run(node(), [spillway(), '--version']);
      expect(tarball).toContain(stdout.trim());
    });

    it('is a library', async () => {
      const program = join(unpacked, 'own.mjs');
      mkdirSync(join(unpacked, 'node_modules'), { recursive: true });
      await run('ln', ['-s', '../package', 'node_modules/spillway'], { cwd: unpacked });
      writeFileSync(program, libraryUse);
      const { stdout } = await run(node(), [program], { cwd: dirname(program) });
      expect(stdout).toBe('/ connection_refused\n');
    });
  });

  it('says so on a Node that is too old, in words that one can read', async () => {
    const { readFileSync } = await import('node:fs');
    const text = readFileSync(join(release, 'bin/spillway.cjs'), 'utf8');
    const old = text.replace(/process\.versions\.node/g, '"20.1.0"');
    const file = join(folder, 'old.cjs');
    writeFileSync(file, old);
    await expect(run(process.execPath, [file])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('needs Node 22.19 or later'),
    });
  });
});

const libraryUse = `
import { createProxy } from 'spillway';
const proxy = createProxy({ target: 'http://127.0.0.1:1', host: '127.0.0.1', port: 0, max_retries: 0 });
const { port } = await proxy.listen();
proxy.on('request', ({ path, outcome }) => console.log(path, outcome));
await fetch('http://127.0.0.1:' + port);
await proxy.close();
`;
