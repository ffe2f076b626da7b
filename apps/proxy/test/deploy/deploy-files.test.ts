import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { nothingGiven, resolveOptions } from '@spillway/options';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readComposeStop } from '../../src/commands/check/compose-file.ts';
import { readSystemdStop } from '../../src/commands/check/systemd-unit.ts';
import { runProgram } from '../../src/commands/program.ts';
import { proxyOptions } from '../../src/config/proxy-options.ts';

const root = join(import.meta.dirname, '../../../..');
const file = (path: string) => join(root, 'deploy', path);
const read = (path: string) => readFileSync(file(path), 'utf8');
const installed = (command: string) => spawnSync('which', [command]).status === 0;

/** What is left to do when the drain is over, with room: cut, count, flush the log. */
const marginMs = 10_000;

function exampleConfig() {
  // Found by its name, in the working directory.
  const surroundings = { environment: {}, cwd: join(root, 'deploy') };
  const resolution = resolveOptions(proxyOptions, nothingGiven, surroundings);
  if (!resolution.ok) throw new Error(JSON.stringify(resolution.problems, null, 2));
  return resolution.resolved.config;
}

describe('the example configuration', () => {
  it('has only options that exist, and proxy check finds nothing to warn of', async () => {
    const said: string[] = [];
    const unit = ['--systemd-unit', file('systemd/spillway.service')];
    const compose = ['--compose', file('docker/compose.yaml')];
    const code = await runProgram(
      ['check', '--strict', '--config', file('proxy_config.json'), ...unit, ...compose],
      async () => 1,
      {
        environment: { NODE_ENV: 'production' },
        cwd: root,
        out: (text) => said.push(text),
        err: (text) => said.push(text),
      },
    );
    expect(code, said.join('\n')).toBe(0);
  });

  it('drains as long as the upstream may be silent', () => {
    const { drainTimeoutMs, readTimeoutMs } = exampleConfig();
    expect(drainTimeoutMs).toBeGreaterThanOrEqual(readTimeoutMs);
  });
});

describe('the systemd unit', () => {
  const unit = read('systemd/spillway.service');

  it('waits longer than the drain before it kills', () => {
    const { ms } = readSystemdStop(unit, 'spillway.service');
    expect(ms).toBeGreaterThanOrEqual(exampleConfig().drainTimeoutMs + marginMs);
  });

  // Found by running it: systemd counts death by SIGHUP as a clean exit, so that on-failure leaves
  // the service dead when logrotate hits it before its handler is there.
  it('restarts after a SIGHUP that came too early, and not after an invalid configuration', () => {
    expect(unit).toMatch(/^RestartForceExitStatus=SIGHUP$/m);
    expect(unit).toMatch(/^RestartPreventExitStatus=2$/m);
  });

  it('leaves V8 its executable memory', () => {
    expect(unit).toMatch(/^MemoryDenyWriteExecute=no$/m);
  });

  it.skipIf(!installed('systemd-analyze'))(
    'and its socket pass systemd-analyze verify without a word',
    () => {
      const units = ['spillway.service', 'spillway.socket'].map((name) => file(`systemd/${name}`));
      const result = spawnSync('systemd-analyze', ['verify', ...units], { encoding: 'utf8' });
      expect(result).toMatchObject({ status: 0, stderr: '' });
    },
  );
});

describe('the Docker files', () => {
  const dockerfile = read('docker/Dockerfile');
  const finalStage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));

  it('run the proxy as a numeric user that is not root', () => {
    expect(finalStage).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  });

  it('check the health, and take the signal in the proxy itself', () => {
    expect(finalStage).toMatch(/^HEALTHCHECK /m);
    expect(finalStage).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(finalStage).toMatch(/^ENTRYPOINT \["node", /m);
  });

  it('copy into the build every folder that the workspace names', () => {
    const ignore = read('docker/Dockerfile.dockerignore').split('\n');
    const workspace = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
    const folders = [...workspace.matchAll(/^ {2}- ([\w-]+)/gm)].map(([, folder]) => folder);
    expect(folders.length).toBeGreaterThan(0);
    for (const folder of folders) {
      expect(ignore.some((line) => line.startsWith(`!${folder}`))).toBe(true);
    }
  });

  it('wait longer than the drain before they kill', () => {
    const { ms } = readComposeStop(read('docker/compose.yaml'), 'compose.yaml');
    expect(ms).toBeGreaterThanOrEqual(exampleConfig().drainTimeoutMs + marginMs);
  });

  it.each([
    [200, {}, 0],
    [503, {}, 1],
    [200, { SPILLWAY_PORT: '1' }, 1],
    [200, { SPILLWAY_ADMIN_PORT: 'its own' }, 0],
    [200, { SPILLWAY_ADMIN_PORT: 'its own', SPILLWAY_PORT: '1' }, 0],
    [200, { SPILLWAY_ADMIN_PORT: 'its own', SPILLWAY_ADMIN_HOST: '0.0.0.0' }, 0],
    [200, { SPILLWAY_ADMIN_PORT: 'its own', SPILLWAY_ADMIN_HOST: '127.0.0.2' }, 1],
    [200, { SPILLWAY_ADMIN_PORT: '1' }, 1],
    [200, { SPILLWAY_ADMIN_PORT: 'tcp://10.0.0.1:8081' }, 0],
  ])('the health check turns status %i with %o into exit code %i', async (status, more, code) => {
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/proxy-health' ? status : 404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const env = Object.fromEntries(
      Object.entries({ SPILLWAY_PORT: String(port), ...more }).map(([name, value]) => [
        name,
        value === 'its own' ? String(port) : value,
      ]),
    );
    const check = spawn(process.execPath, [file('docker/healthcheck.mjs')], { env });
    expect(await exitCode(check)).toBe(code);
    server.close();
  });
});

describe.skipIf(!installed('logrotate'))('the logrotate file', () => {
  const original = read('logrotate/spillway');
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'spillway-logrotate-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  /** Written anew, because logrotate refuses a file that a checkout left writable to others. */
  function writeRules(text: string): string {
    const path = join(directory, 'rules');
    writeFileSync(path, text, { mode: 0o644 });
    return path;
  }

  it('is understood by logrotate -d', () => {
    // The user is there only after an installation.
    const rules = writeRules(original.replace('su spillway spillway', ''));
    const { status, stderr } = spawnSync('logrotate', ['-d', rules], { encoding: 'utf8' });
    expect(stderr).not.toMatch(/^error:/m);
    expect(status).toBe(0);
  });

  it('rotates under a running proxy, which loses no line', async () => {
    const log = join(directory, 'spillway.log');
    const { child, url } = await startProxy(log);
    const rules = writeRules(
      original
        .replace('/var/log/spillway', directory)
        .replace('su spillway spillway', '')
        .replace(/systemctl kill.*/, `kill -HUP ${child.pid}`),
    );
    const rotate = () => spawnSync('logrotate', ['-f', '-s', join(directory, 'state'), rules]);
    let sent = 0;
    for (let round = 0; round < 3; round += 1) {
      for (let n = 0; n < 20; n += 1) await fetch(`${url}/logged-${sent++}.`);
      if (round < 2) {
        expect(rotate().status).toBe(0);
        // The signal is handled when the file is there again.
        await expect.poll(() => existsSync(log)).toBe(true);
      }
    }
    child.kill('SIGTERM');
    await exitCode(child);

    const old = gunzipSync(readFileSync(`${log}.2.gz`)).toString();
    const lines = old + readFileSync(`${log}.1`, 'utf8') + readFileSync(log, 'utf8');
    for (let n = 0; n < sent; n += 1) {
      expect(lines.split(`"url":"/logged-${n}."`)).toHaveLength(2);
    }
  });
});

/** The proxy from its sources, before a target that refuses: what it logs is all that counts. */
async function startProxy(logFile: string): Promise<{ child: ChildProcess; url: string }> {
  const main = join(root, 'apps/proxy/src/main.ts');
  const flags = ['--target', 'http://127.0.0.1:9', '--host', '127.0.0.1', '--port', '0'];
  const more = ['--max-retries', '0', '--log-file', logFile];
  const child = spawn(
    process.execPath,
    ['--conditions=@spillway/source', main, 'start', ...flags, ...more],
    { cwd: dirname(logFile), env: { PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  // At once, so that a start that fails leaves nothing behind.
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  const listening = /listening\s+(http:\S+)\s/;
  await expect.poll(() => said, { timeout: 15_000 }).toMatch(listening);
  return { child, url: listening.exec(said)?.[1] ?? '' };
}

function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve));
}
