import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

function run(...flags: string[]) {
  const child = spawn(process.execPath, ['--conditions=@spillway/source', main, ...flags]);
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return { child, exit: once(child, 'close').then(([code]) => ({ code, stderr })) };
}

it('listens where it says, behaves as its flags say, and ends on SIGTERM', async () => {
  const { child, exit } = run('--port', '0', '--status', '418', '--latency', 'exponential:1ms');
  const [line] = await once(child.stdout, 'data');
  const url = /listening on (\S+)/.exec(String(line))?.[1];
  expect((await fetch(`${url}/`)).status).toBe(418);
  child.kill('SIGTERM');
  expect(await exit).toEqual({ code: 0, stderr: '' });
});

it('reports every wrong flag at once, exit code 2', async () => {
  const { exit } = run('--latency', 'soon', '--workers', 'many');
  const { code, stderr } = await exit;
  expect(code).toBe(2);
  expect(stderr).toMatch(/^backend: latency: /m);
  expect(stderr).toMatch(/^backend: workers: /m);
});
