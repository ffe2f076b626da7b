import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { CommandProcess, runCommand, temporaryDirectory } from '../src/index.ts';

/** The URL of a command with this source. */
function command(source: string): URL {
  const file = join(temporaryDirectory(), 'main.mjs');
  writeFileSync(file, source);
  return pathToFileURL(file);
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('tells how a command ended and what it printed', async () => {
  const main = command(`
    console.log(process.argv.slice(2).join(), Object.keys(process.env).sort().join());
    console.error(process.cwd());
    process.exitCode = 7;
  `);
  const cwd = temporaryDirectory();
  expect(await runCommand(main, ['a', 'b'], { cwd, environment: { MARK: '1' } })).toEqual({
    code: 7,
    stdout: 'a,b MARK,PATH\n',
    stderr: `${cwd}\n`,
  });
});

it('waits for what either stream prints', async () => {
  const running = new CommandProcess(
    command(`
      process.stdin.resume();
      console.log('one');
      console.error('listening');
      setInterval(() => console.log('more'), 5);
    `),
    [],
  );
  expect(await running.printed(/listening/, { stream: 'stderr' })).toBe('listening\n');
  expect(await running.printed(/(more\n){3}/)).toMatch(/^one\nmore\n/);
});

it('says what was printed instead, when the command ends or takes too long', async () => {
  const ending = new CommandProcess(command(`console.error('no port is free')`), []);
  await expect(ending.printed(/listening/)).rejects.toThrow(
    'ended and did not print /listening/:\nno port is free',
  );
  const idle = new CommandProcess(command('setInterval(() => {}, 1000)'), []);
  await expect(idle.printed(/listening/, { patienceMs: 50 })).rejects.toThrow(
    'in 50 ms did not print /listening/',
  );
});

let left: { pid: number; directory: string };

it('leaves a command that heeds no signal to the end of the test', async () => {
  const directory = temporaryDirectory();
  const running = new CommandProcess(
    command(`process.on('SIGTERM', () => {}); setInterval(() => console.log('up'), 5)`),
    [],
    { cwd: directory },
  );
  await running.printed(/up/);
  left = { pid: running.child.pid as number, directory };
  expect(isAlive(left.pid)).toBe(true);
});

it('has then ended it, and removed its directory', () => {
  expect(isAlive(left.pid)).toBe(false);
  expect(existsSync(left.directory)).toBe(false);
});
