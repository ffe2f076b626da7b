import { addFlags, resolveOptions } from '@spillway/options';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { LoadPlan } from '../engine/engine.ts';
import { comparableOptions } from './comparable-options.ts';
import { loadPlan, loadRequest } from './load-plan.ts';
import { loadtestOptions, type ResolvedLoadtestOptions } from './loadtest-options.ts';

function resolve(argv: readonly string[], environment: Record<string, string> = {}) {
  const command = new Command('loadtest');
  const flags = addFlags(command, loadtestOptions);
  command.parse(argv, { from: 'user' });
  return resolveOptions(loadtestOptions, flags(), { environment, cwd: '/nonexistent' });
}

function resolved(...argv: string[]): ResolvedLoadtestOptions {
  const resolution = resolve(argv);
  if (!resolution.ok) throw new Error(JSON.stringify(resolution.problems));
  return resolution.resolved;
}

function plan(...argv: string[]): LoadPlan {
  const options = resolved(...argv);
  const request = loadRequest(options.config, '/');
  if ('code' in request) throw new Error(request.message);
  return loadPlan(options, request);
}

function problems(...argv: string[]): string[] {
  const resolution = resolve(argv);
  return resolution.ok
    ? []
    : resolution.problems.map(({ source, message }) => `${source}: ${message}`);
}

describe('the four load tests of the original guide', () => {
  it.each([
    [['--total-requests', '100', '--concurrent', '10'], { requests: 100, durationMs: null }, 10],
    [['--total-requests', '1000', '--concurrent', '50'], { requests: 1_000, durationMs: null }, 50],
    [['--duration', '60', '--concurrent', '100'], { requests: null, durationMs: 60_000 }, 100],
    [['--timeout', '300', '--concurrent', '20'], { requests: null, durationMs: 10_000 }, 20],
  ])('%j', (argv, length, concurrent) => {
    expect(plan(...argv)).toMatchObject({ model: 'closed', length, concurrent });
  });

  it('are presets too', () => {
    expect(plan('--preset', 'smoke')).toMatchObject({
      length: { requests: 100, durationMs: null },
      concurrent: 10,
    });
    expect(plan('--preset', 'slow-backend').request.timeoutMs).toBe(300_000);
  });
});

describe('the plan', () => {
  it('needs nothing: ten at a time for ten seconds against the proxy', () => {
    expect(plan()).toMatchObject({
      model: 'closed',
      request: { url: new URL('http://localhost:8080/'), method: 'GET', timeoutMs: 30_000 },
      length: { requests: null, durationMs: 10_000, drain: true },
      concurrent: 10,
    });
  });

  it('ends by number or by time, whichever comes first, when both are asked for', () => {
    expect(plan('--total-requests=5', '--duration=1').length).toMatchObject({
      requests: 5,
      durationMs: 1_000,
    });
  });

  it('opens no more connections than there are requests', () => {
    expect(plan('--total-requests=5', '--concurrent=50')).toMatchObject({ concurrent: 5 });
  });

  it('puts the warm-up in front', () => {
    expect(plan('--warm-up=2', '--duration=3').length.durationMs).toBe(5_000);
    expect(plan('--warm-up=2', '--stages=3s:10,1s:30')).toMatchObject({
      length: { durationMs: 6_000 },
      startRate: 10,
      stages: [
        { durationMs: 2_000, rate: 10 },
        { durationMs: 3_000, rate: 10 },
        { durationMs: 1_000, rate: 30 },
      ],
    });
  });

  it('holds a rate, ramps from it, or holds the first stage', () => {
    expect(plan('--rate=20', '--duration=3')).toMatchObject({
      model: 'open',
      startRate: 20,
      stages: [{ durationMs: 3_000, rate: 20 }],
    });
    expect(plan('--rate=5', '--stages=3s:10')).toMatchObject({ startRate: 5 });
    expect(plan('--stages=3s:10')).toMatchObject({ startRate: 10 });
    expect(plan('--rate=20', '--total-requests=7')).toMatchObject({
      length: { requests: 7, durationMs: null },
      stages: [{ durationMs: Number.POSITIVE_INFINITY, rate: 20 }],
    });
  });

  it('sends fields as given, repeated ones joined, and commas kept', () => {
    const { request } = plan(
      '--header',
      'Accept: text/html, */*',
      '--header=X-A: 1',
      '--header=x-a: 2',
      '--header=Cookie: a=1',
      '--header=Cookie: b=2',
    );
    expect(request.headers).toEqual({
      Accept: 'text/html, */*',
      'X-A': '1, 2',
      Cookie: 'a=1; b=2',
    });
  });

  it('takes fields from the environment, a line each', () => {
    const resolution = resolve([], { SPILLWAY_LOADTEST_HEADER: 'A: 1, 2\nB: 3' });
    expect(resolution.ok && resolution.resolved.config.headers).toEqual([
      { name: 'A', value: '1, 2' },
      { name: 'B', value: '3' },
    ]);
  });
});

describe('what is refused', () => {
  it('is named all at once', () => {
    expect(
      problems('--url=localhost:8080', '--concurent=5', '--fail-if=p95>5', '--stages=1:2:3'),
    ).toEqual([
      'flag --concurent: there is no such flag',
      expect.stringMatching(/^flag --url: .*write http:\/\/localhost:8080$/),
      expect.stringMatching(/^flag --fail-if: .*unit is missing/),
      expect.stringMatching(/^flag --stages: must be stages of time:rate/),
    ]);
  });

  it.each([
    ['--url=ftp://a/'],
    ['--url=http://user:secret@a/'],
    ['--header=no colon'],
    ['--header=A\u0001: b'],
    ['--header=A: b\rC: d'],
    ['--header=Content-Length: 5'],
    ['--method=CONNECT'],
    ['--method=G T'],
    ['--stages=0s:5'],
    ['--stages=5s:0'],
    ['--concurrent=0'],
    ['--rate=0'],
    ['--fail-if=p95>500ms,nonsense'],
  ])('%j', (argument) => {
    expect(problems(argument)).toHaveLength(1);
  });

  it('never shows a password', () => {
    expect(problems('--url=http://user:secret@a/').join()).not.toContain('secret');
  });

  it.each([
    [['--body=a', '--body-file=b']],
    [['--stages=1s:1', '--duration=1']],
    [['--rate=1', '--concurrent=1']],
    [['--total-requests=1', '--warm-up=1']],
    [['--find-knee', '--rate=5']],
    [['--max-concurrency=5']],
    [['--arrivals=poisson']],
  ])('is what would be ignored: %j', (argv) => {
    expect(problems(...argv)).toHaveLength(1);
  });
});

describe('what has to be equal to compare', () => {
  const comparable = (...argv: string[]) => comparableOptions(resolved(...argv), plan(...argv));

  it('is the load, and neither the address nor where reports go', () => {
    expect(comparable('--url=http://a/', '--json=x', '--fail-if=p95>1s')).toEqual({
      method: 'GET',
      timeout: '30s',
      concurrent: 10,
      duration: '10s',
      warm_up: '0ms',
      drain: true,
      workers: 1,
    });
    expect(comparable('--rate=5', '--duration=2')).toMatchObject({ rate: 5, arrivals: 'constant' });
    expect(comparable('--total-requests=5')).not.toHaveProperty('duration');
  });

  it('is the search when it searches the knee', () => {
    expect(comparable('--find-knee', '--objective=2')).toEqual({
      find_knee: true,
      max_concurrency: 512,
      objective: '2s',
      method: 'GET',
      timeout: '30s',
    });
  });

  it('holds no secret: names of fields, and a digest of the body', () => {
    const options = comparable('--header=Authorization: Bearer secret', '--body=secret');
    expect(options).toMatchObject({
      headers: 'authorization',
      body: expect.stringMatching(/^6 bytes/),
    });
    expect(JSON.stringify(options)).not.toContain('secret');
  });
});
