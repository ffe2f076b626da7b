import { addFlags, formatProblem, resolveOptions } from '@spillway/options';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { proxyOptions } from '../proxy-options.ts';

function problemsOf(argv: readonly string[], environment: Record<string, string> = {}): string[] {
  const command = new Command('proxy');
  const flags = addFlags(command, proxyOptions);
  command.parse(argv, { from: 'user' });
  const surroundings = { environment, cwd: '/nonexistent' };
  const resolution = resolveOptions(proxyOptions, flags(), surroundings);
  return resolution.ok ? [] : resolution.problems.map(formatProblem);
}

const high = ['--priority-class', 'high=60%'];
const keyed = [...high, '--api-key-header', 'X-API-Key'];

describe('what the values say against each other', () => {
  it.each<[string[], string]>([
    [
      [...high, '--priority-class', 'high=1%'],
      'flag --priority-class: --priority-class has high twice; name each class once',
    ],
    [
      [...high, '--priority-class', 'low=40.5%'],
      'flag --priority-class: the shares of --priority-class make 100.5%; together they may be 100% at most',
    ],
    [
      ['--priority-header', 'X-Priority'],
      'flag --priority-header: --priority-header needs --priority-class: there is no class that a client could name',
    ],
    [
      [...high, '--priority-path', 'hihg=/a'],
      'flag --priority-path: --priority-path names the class hihg, which no --priority-class makes; did you mean high?',
    ],
    [
      ['--priority-path', 'high=/a'],
      'flag --priority-path: --priority-path names the class high, which no --priority-class makes',
    ],
    [
      [...keyed, '--priority-key', 'batch=s3cret'],
      'flag --priority-key: --priority-key names the class batch, which no --priority-class makes',
    ],
    [
      [...high, '--priority-key', 'high=s3cret'],
      'flag --priority-key: --priority-key needs --api-key-header, the field in which clients send their key',
    ],
    [
      [...keyed, '--priority-key', 'high=s3cret', '--priority-key', 'default=s3cret'],
      'flag --priority-key: --priority-key has one key twice; a key belongs to one class',
    ],
    [
      ['--max-per-key', '3'],
      'flag --max-per-key: --max-per-key needs --fairness-key, which says whose requests count together',
    ],
    [
      ['--max-concurrent-requests', 'auto', '--auto-min', '60'],
      'flag --auto-min: --auto-min 60 is above --auto-max 50 (same as --pool-maxsize); lower the one or raise the other',
    ],
    [
      ['--circuit-breaker-max-timeout', '30s'],
      'flag --circuit-breaker-max-timeout: --circuit-breaker-max-timeout 30s is below --circuit-breaker-timeout 1m, which it grows from; raise it or leave it out',
    ],
  ])('%j is said with its source and the remedy', (argv, said) => {
    const problems = problemsOf(argv);
    expect(problems).toEqual([said]);
    expect(problems.join()).not.toContain('s3cret');
  });

  it('is said all at once, wherever it comes from', () => {
    const environment = { SPILLWAY_MAX_PER_KEY: '2', SPILLWAY_PRIORITY_HEADER: 'x-p' };
    const sources = problemsOf(['--circuit-breaker-max-timeout=1s'], environment).map(
      (said) => said.split(':')[0],
    );
    expect(sources).toEqual([
      'environment SPILLWAY_PRIORITY_HEADER',
      'environment SPILLWAY_MAX_PER_KEY',
      'flag --circuit-breaker-max-timeout',
    ]);
  });

  it('waits until each value holds by itself', () => {
    expect(problemsOf(['--max-per-key=2', '--port=x'])).toHaveLength(1);
  });
});

describe('what belongs together', () => {
  it.each([
    [[...high, '--priority-class=low=40%', '--priority-header=x-p', '--priority-path=default=/a']],
    [[...keyed, '--priority-key=high=a', '--priority-key=high=b']],
    [['--fairness-key=address', '--max-per-key=1']],
    [['--max-concurrent-requests=auto', '--auto-min=7', '--auto-max=7']],
    // Without auto they have no effect, which check says.
    [['--auto-min=60']],
    [['--circuit-breaker-timeout=30s', '--circuit-breaker-max-timeout=30s']],
  ])('%j is taken', (argv) => expect(problemsOf(argv)).toEqual([]));
});
