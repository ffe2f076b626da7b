import { addFlags, resolveOptions } from '@spillway/options';
import { Command } from 'commander';
import { expect, it } from 'vitest';
import { monitorOptions } from './monitor-options.ts';

function resolve(argv: readonly string[], environment: Record<string, string> = {}) {
  const command = new Command().exitOverride();
  const flags = addFlags(command, monitorOptions);
  command.parse(argv, { from: 'user' });
  return resolveOptions(monitorOptions, flags(), { environment, cwd: import.meta.dirname });
}

function problems(argv: readonly string[], environment: Record<string, string> = {}): string[] {
  const resolution = resolve(argv, environment);
  return resolution.ok ? [] : resolution.problems.map(({ message }) => message);
}

it('takes several proxies, with or without a slash or /proxy-metrics', () => {
  const resolution = resolve(['--url', 'http://A:80/', '--url', 'https://b:1/x/proxy-metrics']);
  expect(resolution.ok && resolution.resolved.config.url).toEqual(['http://a', 'https://b:1/x']);
});

it.each([
  ['localhost:8080', /write http:\/\/localhost:8080/],
  ['http://user:secret@a', /--admin-token is/],
  ['ftp://a', /http or https/],
])('refuses %s', (url, message) => {
  expect(problems(['--url', url])[0]).toMatch(message);
});

it('refuses what is no token without repeating it', () => {
  const [message] = problems(['--admin-token', 's3cret and more']);
  expect(message).toMatch(/must be letters/);
  expect(message).not.toContain('s3cret');
});

it('refuses what cannot be meant together', () => {
  expect(problems(['--replay', 'x', '--record', 'y'])).toHaveLength(1);
  expect(problems(['--replay', 'x', '--url', 'http://a'])).toHaveLength(1);
  expect(problems(['--admin-token', 'a', '--admin-token-file', 'b'])).toHaveLength(1);
  expect(problems(['--speed', '2'])).toHaveLength(1);
  expect(problems(['--replay', 'x'], { SPILLWAY_MONITOR_URL: 'http://a' })).toEqual([]);
});
