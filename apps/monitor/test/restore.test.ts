import { describe, expect, it } from 'vitest';
import { type FakeProxy, startFakeProxy } from './fake-proxy.ts';
import { hasTmux, Pane } from './pane.ts';

const restored = 'alternate 0 cursor 1 wrap 1\n';
const taken = 'alternate 1 cursor 0 wrap 0\n';

describe.skipIf(!hasTmux)('the terminal is as it was', () => {
  /** A shell that has said how its terminal is set, with the monitor on top. */
  async function watching(proxy: FakeProxy): Promise<Pane> {
    const pane = await Pane.open({ columns: 100, rows: 30 });
    await pane.type('echo "before: $(stty -g)"');
    await pane.shows(/before: [0-9a-f:]+/);
    await pane.monitor(['--url', proxy.url]);
    await pane.shows(/live/);
    expect(await pane.modes()).toBe(taken);
    return pane;
  }

  async function expectRestored(pane: Pane, ended: RegExp): Promise<void> {
    await pane.shows(ended);
    expect(await pane.modes()).toBe(restored);
    await pane.type('echo "after: $(stty -g)"');
    const screen = await pane.shows(/after: [0-9a-f:]+/);
    const settings = (word: string) => new RegExp(`^${word}: ([0-9a-f:]+)`, 'm').exec(screen)?.[1];
    expect(settings('after')).toBe(settings('before'));
    expect(screen).not.toMatch(/requests\/s/);
  }

  it.each(['q', 'C-c', 'C-d'])('after the key %s', async (key) => {
    const pane = await watching(await startFakeProxy());
    await pane.press(key);
    await expectRestored(pane, /ended with 0/);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('after %s', async (signal, code) => {
    const pane = await watching(await startFakeProxy());
    process.kill(pane.pid, signal);
    await expectRestored(pane, new RegExp(`ended with ${code}`));
  });

  it('after a mistake of ours, which can then be read', async () => {
    const pane = await watching(await startFakeProxy());
    process.kill(pane.pid, 'SIGUSR2');
    await expectRestored(pane, /monitor: Error: a mistake of ours[\s\S]*ended with 70/);
  });

  it.skipIf(process.platform !== 'linux')('after the disk is full of its recording', async () => {
    const { url } = await startFakeProxy();
    const pane = await Pane.open({ columns: 100, rows: 30 });
    await pane.monitor(['--url', url, '--record', '/dev/full']);
    const screen = await pane.shows(/ended with 2/);
    expect(screen).toMatch(
      /^monitor: cannot write \/dev\/full: ENOSPC, the disk is full; the recording ends\nended/m,
    );
    expect(await pane.modes()).toBe(restored);
  });

  it('while it is suspended, and taken again when it goes on', async () => {
    const pane = await watching(await startFakeProxy());
    for (const stop of [() => pane.press('C-z'), () => process.kill(pane.pid, 'SIGTSTP')]) {
      await stop();
      await pane.shows(/Stopped/);
      expect(await pane.modes()).toBe(restored);
      await pane.type('clear; fg');
      await pane.shows(/live/);
      expect(await pane.modes()).toBe(taken);
    }
    await pane.press('2');
    await pane.shows(/\[2 upstreams\]/);
    await pane.press('q');
    await pane.until((shown) => !/upstreams/.test(shown));
    expect(await pane.modes()).toBe(restored);
  });
});
