// biome-ignore-all lint/suspicious/noControlCharactersInRegex: it is what terminals are told.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListeningProxy } from '@spillway/test-kit';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { startFakeProxy } from './fake-proxy.ts';
import { hasTmux, Pane } from './pane.ts';

describe.skipIf(!hasTmux)('the screen in a real terminal', () => {
  it.each([
    [80, 24],
    [120, 40],
    [60, 20],
  ])('fits %i x %i in front of a real proxy, and shows its traffic', async (columns, rows) => {
    const { url } = await ListeningProxy.start();
    const pane = await Pane.open({ columns, rows });
    await pane.monitor(['--url', url, '--interval', '200ms']);
    await pane.shows(/live/);
    for (let sent = 0; sent < 20; sent++) await (await fetch(`${url}/api/data`)).text();
    const screen = await pane.until((shown) => /response +\d/.test(shown) && /●/.test(shown));
    const lines = screen.replace(/\n$/, '').split('\n');
    expect(lines).toHaveLength(rows);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    expect(lines[0]).toMatch(/^ Spillway {2}http:\/\/127\.0\.0\.1:\d+ +● live/);
    expect(lines.at(-1)).toMatch(/^\[1 overview\] 2 upstreams .*\? help/);
    expect(screen).toMatch(/in flight .* of 50/);
    expect(screen).toMatch(/no alerts/);
  });

  it('does not flicker: the screen is cleared once, and frames hold only what changed', async () => {
    const proxy = await startFakeProxy();
    const pane = await Pane.open();
    await pane.tap('tapped');
    await pane.monitor(['--url', proxy.url, '--interval', '100ms']);
    await pane.shows(/live/);
    const before = proxy.polls;
    await pane.until(() => proxy.polls > before + 15);
    await pane.press('q');
    await pane.shows(/ended with 0/);
    const written = readFileSync(join(pane.directory, 'tapped'), 'utf8');
    const frames = written.split('\x1b[?2026h').slice(1);
    expect(frames.length).toBeGreaterThan(10);
    expect(written.split('\x1b[2J')).toHaveLength(2);
    for (const frame of frames.slice(2)) {
      const rows = [...frame.matchAll(/\x1b\[(\d+);1H/g)];
      expect(rows.length).toBeLessThan(15);
    }
  });

  it('follows the size of the terminal, down to a short word', async () => {
    const proxy = await startFakeProxy();
    const pane = await Pane.open({ columns: 120, rows: 40 });
    await pane.monitor(['--url', proxy.url]);
    await pane.shows(/event loop/);
    await pane.resize(60, 20);
    await pane.until((shown) => !/success/.test(shown) && /^ Spillway.*live/.test(shown));
    await pane.resize(39, 9);
    await pane.shows(/Spillway needs 40 x 10\./);
    await pane.resize(80, 24);
    await pane.shows(/success/);
  });

  it('turns views, scrolls, helps and pauses', async () => {
    const proxy = await startFakeProxy();
    const pane = await Pane.open();
    await pane.monitor(['--url', proxy.url, '--interval', '200ms']);
    await pane.shows(/\[1 overview\]/);
    await pane.press('2');
    await pane.shows(/\[2 upstreams\]/);
    await pane.press('Tab');
    await pane.shows(/\[3 latency\]/);
    await pane.press('4');
    await pane.shows(/"status": "healthy"/);
    await pane.press('G');
    await pane.until((shown) => !shown.includes('"status"') && shown.includes('"write_errors"'));
    await pane.press('g');
    await pane.press('Down', 'Down');
    await pane.until((shown) => !shown.includes('"status"') && shown.includes('"limits"'));
    await pane.press('?');
    await pane.shows(/hold the picture/);
    await pane.press('1', 'Space');
    await pane.shows(/PAUSED/);
    proxy.answers({ draining: true });
    const seen = proxy.polls;
    await pane.until(() => proxy.polls > seen + 2);
    expect(await pane.screen()).not.toMatch(/draining/);
    await pane.press('Space');
    await pane.shows(/draining/);
    await pane.press('+');
    await pane.shows(/every 0\.5 s/);
  });

  it('keeps the last picture while the proxy is away, and says when it is another one', async () => {
    const proxy = await startFakeProxy();
    proxy.answers({ metrics: { total_requests: 90 }, process: { version: '9.9.9' } });
    const pane = await Pane.open();
    await pane.monitor(['--url', proxy.url, '--interval', '200ms']);
    await pane.shows(/live/);
    await proxy.stop();
    const stale = await pane.shows(/STALE/);
    expect(stale).toMatch(/refused, again in \d s/);
    expect(stale).toMatch(/of 50/);
    proxy.answers({ process: { started_at: '2026-06-06T00:00:00.000Z', uptime: 1 } });
    await proxy.start();
    await pane.shows(/live/);
    await pane.shows(/RESTARTED/);
  });

  it('shows several proxies together and apart', async () => {
    const [one, other] = [await startFakeProxy(), await startFakeProxy()];
    const pane = await Pane.open();
    await pane.monitor(['--url', one.url, '--url', other.url, '--interval', '200ms']);
    await pane.shows(/2 proxies, summed +● live/);
    await pane.shows(/in flight .*0 of 100/);
    await pane.press('n');
    await pane.shows(new RegExp(`Spillway {2}${one.url} `));
    await pane.press('n');
    await pane.shows(new RegExp(`Spillway {2}${other.url} `));
    await pane.press('n');
    await pane.shows(/summed/);
  });

  it('does nothing that a proxy tells the terminal to', async () => {
    const proxy = await startFakeProxy();
    const reasons = ['\x1b[2J\x1b[31mowned\x07 \x9b7m'];
    proxy.answers({ status: 'degraded', reasons, process: { version: '\x1b]0;title\x07' } });
    const pane = await Pane.open();
    await pane.monitor(['--url', proxy.url]);
    await pane.shows(/degraded: \\x1b\[2J\\x1b\[31mowned\\x07 \\x9b7m/);
    expect(await pane.screen()).toMatch(/\\x1b\]0;title/);
  });

  it('has colours, unless NO_COLOR or the flag says otherwise', async () => {
    const proxy = await startFakeProxy();
    const coloured = await Pane.open();
    await coloured.monitor(['--url', proxy.url]);
    await coloured.shows(/live/);
    expect(await coloured.screen({ colours: true })).toMatch(/\x1b\[32m●/);
    const plain = await Pane.open({ environment: { NO_COLOR: '1' } });
    await plain.monitor(['--url', proxy.url]);
    await plain.shows(/live/);
    expect(await plain.screen({ colours: true })).not.toMatch(/\x1b\[\d/);
    await plain.press('q');
    await plain.monitor(['--url', proxy.url, '--color']);
    await plain.until((shown) => /live/.test(shown));
    expect(await plain.screen({ colours: true })).toMatch(/\x1b\[32m/);
  });

  it.each([
    ['the locale is not UTF-8', { LC_ALL: 'C' }],
    ['it is the Linux console', { TERM: 'linux' }],
  ])('draws with ASCII where %s', async (_, environment) => {
    const proxy = await startFakeProxy();
    const pane = await Pane.open({ environment });
    await pane.monitor(['--url', proxy.url]);
    const screen = await pane.shows(/\* live/);
    expect(screen).toMatch(/^[\x20-\x7e\n]*$/);
    expect(screen).toMatch(/in flight +\.+ +0 of 50/);
  });

  it('is no screen on a terminal that cannot place the cursor', async () => {
    const proxy = await startFakeProxy();
    const pane = await Pane.open({ columns: 160, environment: { TERM: 'dumb' } });
    await pane.monitor(['--url', proxy.url, '--interval', '100ms']);
    await pane.shows(/0\/50 in flight.*[\s\S]*0\/50 in flight/);
    expect(await pane.modes()).toContain('alternate 0');
  });
});
