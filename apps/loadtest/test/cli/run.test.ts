import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type Backend, startBackend } from '@spillway/backend';
import { type LoadReport, loadReportSchema } from '@spillway/contracts';
import { snapshotWith } from '@spillway/contracts/testing';
import { temporaryDirectory } from '@spillway/test-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { runLoadtest, startLoadtest } from './run-loadtest.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await startBackend({ slowFunction: '300ms' });
});
beforeEach(() => backend.reset());
afterAll(() => backend.close());

/** Runs with --json besides, and gives the report too. */
async function run(argv: readonly string[], environment: Record<string, string> = {}) {
  const cwd = temporaryDirectory();
  const ended = await runLoadtest([...argv, '--json', 'report.json'], { cwd, environment });
  const read = (): LoadReport =>
    loadReportSchema.parse(JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8')));
  return { ...ended, cwd, read };
}

describe('the four load tests of the original guide', () => {
  it.each([
    ['a hundred requests', ['--total-requests', '100', '--concurrent', '10'], 100],
    ['a thousand requests', ['--total-requests', '1000', '--concurrent', '50'], 1_000],
  ])('%s', async (_, argv, sent) => {
    const { code, read, stdout } = await run(['--url', `${backend.url}/api/health`, ...argv]);
    expect(code).toBe(0);
    expect(read().counts).toMatchObject({ sent, outcomes: { ok: sent } });
    expect(read().success_rate).toBe(100);
    expect(backend.stats().received).toBe(sent);
    expect(stdout).toContain('success            100 %');
  });

  it('a hundred at a time for a while', async () => {
    backend.behave({ latency: '20ms' });
    const { code, read } = await run([
      '--url',
      backend.url,
      '--duration',
      '2',
      '--concurrent',
      '100',
    ]);
    expect(code).toBe(0);
    const { counts, duration } = read();
    expect(duration).toBeGreaterThan(1.8);
    expect(duration).toBeLessThanOrEqual(2);
    expect(counts.sent).toBe(backend.stats().received);
    expect(counts.outcomes.ok).toBe(counts.sent);
  });

  it('a slow function with a long timeout', async () => {
    const url = `${backend.url}/api/slow-function`;
    const argv = ['--url', url, '--timeout', '300', '--concurrent', '20', '--duration', '1'];
    const { code, read } = await run(argv);
    expect(code).toBe(0);
    expect(read().latency.good.min).toBeGreaterThan(0.29);
    expect(read().options.timeout).toBe('5m');
  });
});

describe('the report', () => {
  it('adds up, whatever happens to requests', async () => {
    backend.behave({ fault: 'reset@0.1,hang@0.01', status: '503@0.2' });
    const argv = ['--url', backend.url, '--total-requests', '500', '--timeout', '300ms'];
    const { read, stdout } = await run(argv);
    const { counts, seconds, success_rate } = read();
    const outcomes = Object.values(counts.outcomes).reduce((sum, count) => sum + count, 0);
    expect(outcomes).toBe(counts.sent);
    expect(counts.sent).toBe(500);
    expect(seconds.reduce((sum, second) => sum + second.sent, 0)).toBe(500);
    for (const outcome of ['ok', 'status', 'reset', 'timeout'] as const) {
      expect(counts.outcomes[outcome], outcome).toBeGreaterThan(0);
    }
    expect(success_rate).toBeCloseTo((100 * counts.outcomes.ok) / 500, 6);
    expect(stdout).toMatch(/by outcome {4}ok \d+ {2}status \d+ {2}timeout \d+ {2}reset \d+/);
  });

  it('goes to every kind of file, into folders that are not there yet', async () => {
    const files = ['html', 'junit', 'csv', 'github-summary', 'benchmark-json'];
    const { code, cwd } = await run([
      ...['--url', backend.url, '--total-requests', '20', '--quiet'],
      ...files.flatMap((name) => [`--${name}`, `out/${name}`]),
    ]);
    expect(code).toBe(0);
    const starts = files.map((name) => readFileSync(join(cwd, 'out', name), 'utf8').slice(0, 6));
    expect(starts).toEqual(['<!doct', '<?xml ', 'second', '## Loa', '[\n  {\n']);
  });

  it('leaves the warm-up out', async () => {
    backend.behave({ latency: '10ms' });
    const { read } = await run(['--url', backend.url, '--warm-up', '1', '--duration', '1']);
    const { counts, duration, seconds } = read();
    expect(duration).toBeLessThanOrEqual(1);
    expect(backend.stats().received).toBeGreaterThan(1.3 * counts.sent);
    expect(seconds.length).toBeLessThanOrEqual(2);
  });

  it.each([
    ['by time', ['--rate', '2', '--duration', '2'], { sent: 4, seconds: 2 }],
    ['by number', ['--rate', '2', '--total-requests', '3'], { sent: 3, seconds: 1.5 }],
    [
      'from two threads',
      ['--rate', '2', '--duration', '2', '--workers', '2'],
      { sent: 4, seconds: 2 },
    ],
  ])(
    'has the rate that was asked for, of a slow open run %s',
    async (_, argv, { sent, seconds }) => {
      const rules = ['--fail-if', 'rate<2/s,rate>2/s'];
      const { code, read } = await run(['--url', backend.url, ...argv, ...rules]);
      const { counts, duration, rates } = read();
      expect({ sent: counts.sent, duration }).toEqual({ sent, duration: seconds });
      expect(rates).toMatchObject({ requests_per_second: 2, ok_per_second: 2 });
      expect(code).toBe(0);
    },
  );

  it('is the same from several threads', async () => {
    const argv = ['--url', backend.url, '--total-requests', '300', '--workers', '2'];
    const { code, read } = await run(argv);
    expect(code).toBe(0);
    expect(read().counts).toMatchObject({ sent: 300, outcomes: { ok: 300 } });
    expect(backend.stats().received).toBe(300);
  });

  it('tells of an open load how late the schedule ran', async () => {
    const { code, read } = await run(['--url', backend.url, '--rate', '100', '--duration', '1']);
    expect(code).toBe(0);
    const { model, counts, latency } = read();
    expect({ model, sent: counts.sent }).toEqual({ model: 'open', sent: 100 });
    expect(latency.service?.count).toBe(100);
    expect(latency.lateness?.count).toBe(100);
  });
});

describe('the exit code', () => {
  const few = ['--total-requests', '20'];

  it('is 1 when a threshold is missed, and says which', async () => {
    backend.behave({ status: '503' });
    const rules = ['--fail-if', 'errors>1%,p95>10s', '--fail-if', 'errors>100%'];
    const { code, stdout, read } = await run(['--url', backend.url, ...few, ...rules]);
    expect(code).toBe(1);
    expect(stdout).toContain('✗ holds: errors>1% (measured 100 %)');
    expect(stdout.trimEnd()).toMatch(/✗ threshold missed$/);
    expect(read()).toMatchObject({
      verdict: 'threshold_missed',
      thresholds: [{ passed: false }, { passed: false, actual: null }, { passed: true }],
    });
  });

  it('is 2 for what cannot be used, all of it at once', async () => {
    const { code, stderr, stdout } = await run(['--concurent', '5', '--timeout', 'soon']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('loadtest: 2 problems');
    expect(stderr).toContain('did you mean --concurrent?');
  });

  it.each(['Expect: 100-continue', 'Upgrade: h2c', 'Keep-Alive: timeout=5'])(
    'is 2 for %s in the open model, which has no way to send it',
    async (field) => {
      const { code, stderr } = await run(['--url', backend.url, '--rate', '5', '--header', field]);
      expect(code).toBe(2);
      const [name] = field.split(':');
      expect(stderr).toContain(`flag --header: the open model can't send the field ${name}`);
    },
  );

  it('is 2 for files that cannot be read or written', async () => {
    const missing = await run(['--body-file', 'missing', '--compare', 'missing.json']);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('loadtest: 2 problems');
    const unwritable = await run(['--url', backend.url, ...few, '--csv', '/dev/null/x']);
    expect(unwritable.code).toBe(2);
    expect(unwritable.stderr).toContain('cannot write /dev/null/x');
    expect(unwritable.read().verdict).toBe('passed');
  });

  it('is 3 when nothing listens, without a hot loop', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const started = performance.now();
    const { code, read } = await run(['--url', `http://127.0.0.1:${port}/`, '--duration', '20']);
    expect(code).toBe(3);
    expect(performance.now() - started).toBeLessThan(15_000);
    const { counts, verdict } = read();
    expect(verdict).toBe('unreachable');
    expect(counts.outcomes.refused).toBe(counts.sent - counts.outcomes.unfinished);
    expect(counts.sent).toBeLessThan(1_000);
  });

  it('is 130 after Ctrl-C, with what there is', async () => {
    backend.behave({ latency: '50ms' });
    const cwd = temporaryDirectory();
    const argv = ['--url', backend.url, '--duration', '60', '--json', 'report.json'];
    const { child, ended } = startLoadtest(argv, { cwd });
    await backend.waitFor(({ finished }) => finished >= 30);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(stdout.trimEnd()).toMatch(/✗ interrupted$/);
    const report = loadReportSchema.parse(
      JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8')),
    );
    expect(report.verdict).toBe('interrupted');
    expect(report.counts.outcomes.ok).toBeGreaterThanOrEqual(20);
    expect(report.counts.outcomes.unfinished).toBeGreaterThan(0);
  });
});

describe('the token of a proxy', () => {
  it('is read from the file that is named', async () => {
    const shown: (string | undefined)[] = [];
    const proxy = createHttpServer((request, response) => {
      if (request.url === '/proxy-metrics') shown.push(request.headers.authorization);
      response.end(JSON.stringify(snapshotWith({})));
    });
    onTestFinished(() => void proxy.close());
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const file = join(temporaryDirectory(), 'token');
    writeFileSync(file, 's3cret\n');
    const { port } = proxy.address() as AddressInfo;
    const argv = ['--url', `http://127.0.0.1:${port}/`, '--total-requests', '20'];
    const { code } = await run([...argv, '--check-metrics', '--admin-token-file', file]);
    expect(code).toBe(0);
    expect(new Set(shown)).toEqual(new Set(['Bearer s3cret']));
  });

  it('is given once, in a file that is there', async () => {
    const argv = ['--url', backend.url, '--admin-token-file', 'no-such-token'];
    const missing = await run(argv);
    expect([missing.code, missing.stderr]).toEqual([
      2,
      expect.stringContaining('flag --admin-token-file: cannot read no-such-token: ENOENT'),
    ]);
    const both = await run([...argv, '--admin-token', 'x']);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('are one token')]);
  });
});

describe('a comparison', () => {
  const argv = (): string[] => ['--url', backend.url, '--total-requests', '40'];

  it('finds what became slower, over repeated runs', async () => {
    backend.behave({ latency: '5ms' });
    const base = await run([...argv(), '--repeat', '5']);
    expect(base.code).toBe(0);
    expect(JSON.parse(readFileSync(join(base.cwd, 'report.json'), 'utf8'))).toHaveLength(5);
    backend.behave({ latency: '50ms' });
    const compare = ['--compare', join(base.cwd, 'report.json')];
    const head = await run([...argv(), '--repeat', '5', ...compare]);
    expect(head.code).toBe(5);
    // The p95 of so few requests is that of opening connections.
    expect(head.stdout).toMatch(/^p50 .*worse$/m);
    expect(head.stderr).toContain('run 5 of 5');
  });

  it('of too few runs passes nothing', async () => {
    const base = await run(argv());
    const head = await run([...argv(), '--compare', join(base.cwd, 'report.json')]);
    expect(head.code).toBe(4);
    expect(head.stdout).toContain('fewer than 5 runs of each');
  });

  it('of runs with other options is refused as misuse', async () => {
    const base = await run(argv());
    const other = ['--method', 'POST', '--compare', join(base.cwd, 'report.json')];
    const head = await run([...argv(), ...other]);
    expect(head.code).toBe(2);
    expect(head.stdout).toContain('method');
  });
});

describe('colour', () => {
  const argv = (): string[] => ['--url', backend.url, '--total-requests', '20'];
  const isPainted = ({ stdout, stderr }: { stdout: string; stderr: string }): boolean =>
    (stdout + stderr).includes('\u001b');

  it('is absent from a pipe, and from all else that has control codes', async () => {
    const { stdout, stderr } = await run(argv());
    expect(stdout + stderr).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it.each([
    [[], { FORCE_COLOR: '1' }, true],
    [[], { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    [['--no-color'], { FORCE_COLOR: '1' }, false],
    [['--color'], { NO_COLOR: '1' }, true],
  ])('with %j and %j: %j', async (flags, environment, painted) => {
    const ended = await run([...argv(), ...flags], environment as Record<string, string>);
    expect(isPainted(ended)).toBe(painted);
  });

  it('and everything but the verdict goes with --quiet', async () => {
    const { stdout, stderr } = await run([...argv(), '--quiet']);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('✓ passed');
    expect(stdout).not.toContain('latency');
    expect(stderr).toBe('');
  });
});
