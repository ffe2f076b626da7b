import { CommandProcess, runCommand } from '@spillway/test-kit';
import { expect, it } from 'vitest';

const main = new URL('../src/main.ts', import.meta.url);

it('listens where it says, behaves as its flags say, and ends on SIGTERM', async () => {
  const flags = ['--port', '0', '--status', '418', '--latency', 'exponential:1ms'];
  const backend = new CommandProcess(main, flags);
  const line = await backend.printed(/listening on \S+\n/);
  const url = /listening on (\S+)/.exec(line)?.[1];
  expect((await fetch(`${url}/`)).status).toBe(418);
  backend.child.kill('SIGTERM');
  expect(await backend.ended).toMatchObject({ code: 0, stderr: '' });
});

it('reports every wrong flag at once, exit code 2', async () => {
  const { code, stderr } = await runCommand(main, ['--latency', 'soon', '--workers', 'many']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^backend: latency: /m);
  expect(stderr).toMatch(/^backend: workers: /m);
});
