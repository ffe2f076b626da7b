import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';
import { describe, expect, it } from 'vitest';
import { proxyOptions } from '../../src/config/proxy-options.ts';
import { runProxy } from './run-proxy.ts';

describe('init', () => {
  it.each([[], ['quick'], ['balanced'], ['long-requests'], ['massive']])(
    'writes a file that check takes (%s)',
    async (preset?: string) => {
      const cwd = temporaryDirectory();
      const chosen = preset === undefined ? [] : ['--preset', preset];
      const ended = await runProxy(['init', ...chosen, '--target', 'http://10.0.0.5:8000'], cwd);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const check = await runProxy(['check', '--strict', '--print'], cwd);
      expect(check).toMatchObject({ code: 0, stderr: '' });
      expect(check.stdout).toContain('configuration is valid (file proxy_config.json)');
      expect(check.stdout).toMatch(/^--target +http:\/\/10\.0\.0\.5:8000 +file/m);
      const alike = await runProxy(['check', '--print', ...chosen], temporaryDirectory());
      const values = (text: string) =>
        [...text.matchAll(/^(--(?!target ).*?\S) {2,}(\S+) .*$/gm)].map(([, flag, value]) => [
          flag,
          value,
        ]);
      expect(values(check.stdout)).toEqual(values(alike.stdout));
      expect(values(check.stdout)).toHaveLength(Object.keys(proxyOptions.options).length - 1);
    },
  );

  it('writes options that still hold when all are uncommented', async () => {
    const cwd = temporaryDirectory();
    await runProxy(['init', '--output', 'all.json'], cwd);
    const text = readFileSync(join(cwd, 'all.json'), 'utf8');
    const all = text
      .replace(/^ {2}\/\/ (?=")/gm, '  ')
      .replace(/^ {2}"target(_host|_port)".*$/gm, '');
    writeFileSync(join(cwd, 'all.json'), all);
    const ended = await runProxy(['check', '--config', 'all.json'], cwd);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('shows services and routes that hold when their comment is taken away', async () => {
    const cwd = temporaryDirectory();
    await runProxy(['init'], cwd);
    const file = join(cwd, 'proxy_config.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^ {2}(\/\*|\*\/)\n/gm, ''));
    expect(await runProxy(['check', '--strict'], cwd)).toMatchObject({ code: 0, stderr: '' });
    const { stdout } = await runProxy(['routes', '/reports/2024'], cwd);
    expect(stdout).toContain('goes to the service reports: http://127.0.0.1:9000\n  as /2024\n');
  });

  it('overwrites only by force', async () => {
    const cwd = temporaryDirectory();
    const file = join(cwd, 'proxy_config.json');
    writeFileSync(file, 'mine');
    const refused = await runProxy(['init'], cwd);
    expect(refused.stderr).toContain('proxy_config.json is there already; --force overwrites it');
    expect(refused.code).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await runProxy(['init', '--force'], cwd)).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('"max_concurrent_requests": 50');
  });

  it('ends with 1 and one line when the disk refuses', async () => {
    const cwd = temporaryDirectory();
    const ended = await runProxy(['init', '--output', 'missing/a.json'], cwd);
    expect(ended).toMatchObject({
      code: 1,
      stderr: 'proxy: cannot write missing/a.json: ENOENT\n',
    });
    expect(existsSync(join(cwd, 'missing'))).toBe(false);
  });
});
