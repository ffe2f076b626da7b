import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';
import { describe, expect, it } from 'vitest';
import { runProxy } from './run-proxy.ts';

const file = `{
  // A comment, and two mistakes.
  "read_timout": 5,
  "max_queue_size": -1,
}`;

const argv = [
  '--max-retrys=3',
  '--port',
  '99999',
  '--max-concurrent-requests',
  'atuo',
  '--target-host',
  'http://backend',
  '--preset',
  'quik',
];
const environment = { SPILLWAY_PORTT: '1', SPILLWAY_READ_TIMEOUT: 'soon' };

const expected = [
  'proxy: 9 problems with what was given',
  '  flag --max-retrys: there is no such flag; did you mean --max-retries?',
  '  flag --port: must be a whole number from 0 to 65535, not "99999"',
  '  flag --max-concurrent-requests: must be a whole number from 1 to 65535, or auto, not "atuo": did you mean auto?',
  '  flag --target-host: must be a host name or an IP address, or none, not "http://backend": a URL goes into --target',
  '  environment SPILLWAY_PORTT: there is no such variable; did you mean SPILLWAY_PORT?',
  '  environment SPILLWAY_READ_TIMEOUT: must be a duration from 1ms to 24d (such as 500ms, 30s or 5m; a bare number is seconds), not "soon"',
  '  file proxy_config.json:3: there is no option "read_timout"; did you mean read_timeout?',
  '  file proxy_config.json:4: max_queue_size must be a whole number of at least 0, not -1',
  '  flag --preset: there is no preset "quik"; there are quick, balanced, long-requests, massive; did you mean quick?',
  '',
];

describe('invalid options', () => {
  it.each([['start'], ['check'], []])(
    'are all reported at once with the nearest names, and the exit code is 2 (%s)',
    async (...command) => {
      const cwd = temporaryDirectory();
      writeFileSync(join(cwd, 'proxy_config.json'), file);
      const ended = await runProxy([...command, ...argv], cwd, environment);
      expect(ended.stderr.split('\n')).toEqual(expected);
      expect(ended.stdout).toBe('');
      expect(ended.code).toBe(2);
    },
  );

  it('never repeat the password of a URL', async () => {
    const argv = ['check', '--target', 'http://me:s3cr@t@a', '--target-host=http://me:s3cr@t@b'];
    const { stderr } = await runProxy(argv, temporaryDirectory());
    expect(stderr).toContain('not "http://***@a": credentials are not taken from a URL');
    expect(stderr).not.toContain('s3cr');
  });

  it('are fields that break each request which carries a number in them', async () => {
    const { code, stderr } = await runProxy(
      ['check', '--deadline-header=Content-Length'],
      temporaryDirectory(),
    );
    expect(stderr).toContain(
      'flag --deadline-header: must be the name of a header field that HTTP and the proxy leave free, or none (such as X-Request-Timeout), not "Content-Length": Content-Length has a meaning of its own in each message',
    );
    expect(code).toBe(2);
  });

  it('are JSON with check --json', async () => {
    const ended = await runProxy(['check', '--json', '--prot', '1'], temporaryDirectory());
    expect(JSON.parse(ended.stdout)).toEqual({
      ok: false,
      problems: [
        {
          code: 'unknown_flag',
          source: 'flag --prot',
          message: 'there is no such flag',
          nearest: '--port',
        },
      ],
    });
    expect(ended.code).toBe(2);
  });

  it.each([
    [['strat'], 'argument "strat": is not expected here; did you mean start?'],
    [
      ['check', '--config', 'nope.json'],
      'flag --config: cannot read nope.json: there is no such file',
    ],
    [['check', '--config', 'broken.json'], 'file broken.json:2:3: comma expected'],
    [['--target', 'http://a/path?q'], 'only http://a/path can be a target'],
    [
      ['--target', 'http://a', '--target-host', 'b'],
      '--target and --target-host exclude each other',
    ],
    [['--target-port', '8000'], 'flag --target-port: --target-port needs --target-host'],
    [['check', '--systemd-unit', 'nope'], 'flag --systemd-unit: cannot read nope: ENOENT'],
    [['check', '--compose'], "option '--compose <file>' argument missing"],
    [['init', '--preset', 'quik'], 'did you mean quick?'],
    [['init', '--target', 'nowhere'], 'flag --target: must be'],
    [['init', '--forse'], 'Did you mean --force?'],
  ])('%j is one clear line and exit code 2', async (given, message) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'broken.json'), '{ "port": 1\n  "host": "a" }');
    const ended = await runProxy(given, cwd);
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).not.toContain('    at ');
    expect(ended.code).toBe(2);
  });
});
