import { CommandProcess, freePort, ListeningProxy } from '@spillway/test-kit';
import { describe, expect, it, vi } from 'vitest';

const mainOf = (app: string): URL => new URL(`../../../${app}/src/main.ts`, import.meta.url);

/** What it leaves on standard error when nobody reads its standard output, as behind `| head -0`. */
async function unread(app: string, argv: readonly string[]) {
  const command = new CommandProcess(mainOf(app), argv);
  command.child.stdout?.destroy();
  const { code, stderr } = await command.ended;
  return { code, stderr };
}

describe('a reader that goes away', () => {
  it.each([
    ['proxy', ['--help']],
    ['proxy', ['check', '--print']],
    ['proxy', ['simulate', '--duration=6s']],
    ['loadtest', ['--help']],
    ['monitor', ['--help']],
  ])('ends %s %j quietly', async (app, argv) => {
    expect(await unread(app, argv)).toEqual({ code: 0, stderr: '' });
  });

  it('does not change a verdict', async () => {
    const contradicting = ['check', '--queue-timeout=2h', '--strict'];
    expect(await unread('proxy', contradicting)).toEqual({ code: 1, stderr: '' });
  });

  it('of what is wrong ends a command too', async () => {
    const command = new CommandProcess(mainOf('proxy'), ['check', '--max-retries=many']);
    command.child.stderr?.destroy();
    expect(await command.ended).toMatchObject({ code: 2, stdout: '' });
  });

  it.each(['json', 'pretty'])('does not end a running proxy (%s)', async (format) => {
    const proxy = await ListeningProxy.start(['--log-format', format, '--log-level', 'debug']);
    proxy.child.stdout?.destroy();
    proxy.child.stderr?.destroy();
    for (let i = 0; i < 5; i++) expect((await fetch(`${proxy.url}/`)).status).toBe(200);
    proxy.child.kill('SIGTERM');
    expect((await proxy.ended).code).toBe(0);
  });

  it('does not keep a proxy from starting', async () => {
    const port = await freePort();
    const proxy = new ListeningProxy(['--port', `${port}`]);
    proxy.child.stderr?.destroy();
    const answered = async () => (await fetch(`http://127.0.0.1:${port}/`)).status;
    await vi.waitFor(async () => expect(await answered()).toBe(200), 25_000);
    proxy.child.kill('SIGTERM');
    expect((await proxy.ended).code).toBe(0);
  });
});
