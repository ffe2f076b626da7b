import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListeningProxy, temporaryDirectory } from '@spillway/test-kit';
import { describe, expect, it } from 'vitest';
import { startFakeProxy } from './fake-proxy.ts';
import { runMonitor, startMonitor } from './run-monitor.ts';

const utf8 = { LC_ALL: 'C.UTF-8' };
const nowhere = 'http://127.0.0.1:1';

describe('without a terminal', () => {
  it('prints one plain line a poll', async () => {
    const proxy = await startFakeProxy();
    const running = startMonitor(['--url', proxy.url, '--interval', '100ms']);
    const text = await running.printed(/(.*in flight.*\n){3}/);
    expect(text).toMatch(
      /^\d\d:\d\d:\d\d http:\/\/127\.0\.0\.1:\d+ {2}healthy {2}- req\/s .* 0\/50 in flight {2}0\/100 queued {2}p95 - {2}no alerts\n/,
    );
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(143);
  });

  it('says on its line that the proxy is away, back, and another one', async () => {
    const proxy = await startFakeProxy();
    proxy.answers({ metrics: { total_requests: 5 } });
    const running = startMonitor(['--url', proxy.url, '--interval', '100ms']);
    await running.printed(/healthy/);
    await proxy.stop();
    await running.printed(/STALE {2}refused: connect ECONNREFUSED/);
    proxy.answers({});
    await proxy.start();
    await running.printed(/healthy {2}RESTARTED/);
  });

  it('ends quietly when its reader has seen enough', async () => {
    const proxy = await startFakeProxy();
    const running = startMonitor(['--url', proxy.url, '--interval', '100ms']);
    await running.printed(/in flight/);
    running.child.stdout?.destroy();
    expect(await running.ended).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('--once', () => {
  it('prints the state of a healthy proxy and ends with 0', async () => {
    const { url } = await ListeningProxy.start();
    const { code, stdout, stderr } = await runMonitor(['--url', url, '--once'], {
      environment: utf8,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ Spillway {2}http:\/\/127\.0\.0\.1:\d+ +● live/);
    expect(stdout).toMatch(/in flight +─+ +0 of 50/);
    expect(stdout).toMatch(/no alerts\n$/);
    expect(stdout).not.toContain('\x1b');
  });

  it('ends with 1 at an alert, and says it on standard error too', async () => {
    const proxy = await startFakeProxy();
    proxy.answers({ status: 'degraded', reasons: ['queue at 9 of 10'] });
    const { code, stderr } = await runMonitor(['--url', proxy.url, '--once']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^monitor: warning at http.*: degraded: queue at 9 of 10\./);
    expect((await runMonitor(['--url', proxy.url, '--once', '--fail-on', 'critical'])).code).toBe(
      0,
    );
    expect((await runMonitor(['--url', proxy.url, '--once', '--fail-on', 'none'])).code).toBe(0);
  });

  it('ends with 3 when a proxy cannot be reached, even beside one that can', async () => {
    const proxy = await startFakeProxy();
    const both = ['--url', proxy.url, '--url', nowhere];
    const { code, stdout } = await runMonitor([...both, '--once']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/x refused/);
    proxy.answers({ status: 'unhealthy' });
    expect((await runMonitor([...both, '--once'])).code).toBe(1);
  });

  it('watches for --duration before it judges', async () => {
    const proxy = await startFakeProxy();
    const argv = ['--url', proxy.url, '--once', '--duration', '2s', '--interval', '100ms'];
    expect((await runMonitor(argv)).code).toBe(0);
    expect(proxy.polls).toBeGreaterThan(1);
  });
});

describe('--json', () => {
  it('prints a line a poll: what --record writes, with rates and findings', async () => {
    const proxy = await startFakeProxy();
    const running = startMonitor(['--url', proxy.url, '--json', '--interval', '100ms']);
    const stdout = await running.printed(/(.+\n){3}/);
    const lines = stdout.split('\n', 3).map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({
      ...{ url: proxy.url, state: 'live', restarted: false, findings: [], since_last_poll: null },
      snapshot: { status: 'healthy' },
    });
    expect(lines.at(-1).since_last_poll).toMatchObject({ requests: 0, requests_per_second: 0 });
  });

  it('says why there is no snapshot', async () => {
    const { code, stdout } = await runMonitor(['--url', nowhere, '--json', '--once']);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'unreachable', error: { code: 'refused' } });
  });
});

describe('--fail-on', () => {
  it('ends as soon as a finding is as grave, and not before', async () => {
    const proxy = await startFakeProxy();
    const argv = ['--url', proxy.url, '--interval', '100ms', '--fail-on', 'critical'];
    const running = startMonitor(argv);
    await running.printed(/healthy/);
    proxy.answers({ status: 'degraded', reasons: ['slow'] });
    await running.printed(/warning: degraded: slow/);
    proxy.answers({ status: 'unhealthy', reasons: ['down'] });
    const { code, stderr } = await running.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/critical at .*: unhealthy: down/);
  });

  it('ends with 0 after --duration when there was none, with 3 when nobody answered', async () => {
    const proxy = await startFakeProxy();
    const argv = ['--interval', '100ms', '--fail-on', 'hint', '--duration', '2s'];
    expect((await runMonitor(['--url', proxy.url, ...argv])).code).toBe(0);
    expect((await runMonitor(['--url', nowhere, ...argv])).code).toBe(3);
  });
});

describe('a recording', { timeout: 60_000 }, () => {
  it('is replayed with the same findings and the same verdict', async () => {
    const cwd = temporaryDirectory();
    const proxy = await startFakeProxy();
    const argv = ['--url', proxy.url, '--interval', '100ms', '--record', 'rec.ndjson'];
    const running = startMonitor(argv, { cwd });
    await running.printed(/healthy/);
    proxy.answers({ status: 'unhealthy', reasons: ['down'] });
    await running.printed(/critical: unhealthy: down/);
    await proxy.stop();
    await running.printed(/STALE/);
    running.child.kill('SIGKILL');
    const { stdout } = await running.ended;

    const replay = await runMonitor(['--replay', 'rec.ndjson'], { cwd });
    const firstLines = (text: string): string[] => text.split('\n').slice(0, 2);
    expect(firstLines(replay.stdout)).toEqual(firstLines(stdout));
    expect(replay.code).toBe(3);
    const triage = await runMonitor(['--replay', 'rec.ndjson', '--fail-on', 'critical'], { cwd });
    expect(triage.code).toBe(1);
    const once = await runMonitor(['--replay', 'rec.ndjson', '--once'], { cwd });
    expect(once.code).toBe(1);
    expect(once.stdout).toMatch(/STALE/);
    const json = await runMonitor(['--replay', 'rec.ndjson', '--json'], { cwd });
    const recorded = readFileSync(join(cwd, 'rec.ndjson'), 'utf8').trim().split('\n');
    expect(json.stdout.trim().split('\n')).toHaveLength(recorded.length);
    writeFileSync(join(cwd, 'again.ndjson'), json.stdout);
    expect((await runMonitor(['--replay', 'again.ndjson', '--once'], { cwd })).code).toBe(1);
  });

  it('that cannot be read or written is said at once', async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'odd'), 'nothing\nat all\n');
    const missing = await runMonitor(['--replay', 'none.ndjson'], { cwd });
    expect(missing).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/cannot read none\.ndjson: ENOENT/),
    });
    const odd = await runMonitor(['--replay', 'odd'], { cwd });
    expect(odd).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/line 1 is no recorded poll/),
    });
    const unwritable = await runMonitor(['--record', 'no/such/folder', '--url', nowhere], { cwd });
    expect(unwritable).toMatchObject({ code: 2, stderr: expect.stringMatching(/ENOENT/) });
  });
});

describe('the token', () => {
  it('is sent from the flag, the variable or the file', async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'token'), 'secret\n');
    const proxy = await startFakeProxy();
    proxy.answers(({ headers }, res) => {
      res.writeHead(headers.authorization === 'Bearer secret' ? 500 : 401).end();
    });
    const said = async (argv: readonly string[], environment = {}): Promise<string> => {
      const once = ['--url', proxy.url, '--json', '--once'];
      const { stdout } = await runMonitor([...once, ...argv], { cwd, environment });
      return JSON.parse(stdout).error.code;
    };
    expect(await said([])).toBe('unauthorized');
    expect(await said(['--admin-token', 'secret'])).toBe('status');
    expect(await said(['--admin-token-file', 'token'])).toBe('status');
    expect(await said([], { SPILLWAY_MONITOR_ADMIN_TOKEN: 'secret' })).toBe('status');
    expect(await said([], { SPILLWAY_MONITOR_ADMIN_TOKEN_FILE: 'token' })).toBe('status');
  });
});

it('reports all that is wrong with its options at once', async () => {
  const argv = ['--intervall', '5', '--url', 'localhost:8080', '--fail-on', 'fatal'];
  const { code, stderr } = await runMonitor(argv);
  expect(code).toBe(2);
  expect(stderr).toMatch(/3 problems[\s\S]*did you mean --interval[\s\S]*http:\/\/localhost:8080/);
});
