import { readFileSync } from 'node:fs';
import { temporaryDirectory } from '@spillway/test-kit';
import { describe, expect, it } from 'vitest';
import { proxyOptions } from '../../src/config/proxy-options.ts';
import { runProxy } from './run-proxy.ts';

const flags = Object.values(proxyOptions.options).map(({ flag }) => flag);

describe('help', () => {
  it.each([[['--help']], [['start', '--help']], [['check', '-h']], [['help', 'start']]])(
    '%j shows every option by its group, within 80 columns',
    async (argv) => {
      const { code, stdout, stderr } = await runProxy(argv, temporaryDirectory());
      for (const flag of flags)
        expect(stdout).toMatch(new RegExp(`^  ${flag}|--no-${flag.slice(2)}`, 'm'));
      const headings = [...stdout.matchAll(/^(\S.*):$/gm)].map(([, heading]) => heading);
      const groups = new Set(Object.values(proxyOptions.options).map(({ group }) => group));
      expect(headings).toEqual(expect.arrayContaining([...groups]));
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    },
  );

  it('shows defaults, commands and examples', async () => {
    const { stdout } = await runProxy(['--help'], temporaryDirectory());
    expect(stdout).toMatch(/--port <n>.*\n? *\(default: 8080\)/);
    expect(stdout).toContain('same as\n');
    expect(stdout).toMatch(/^ {2}check \[options\]/m);
    expect(stdout).toContain('Examples:');
  });

  it('tells the version of the package', async () => {
    const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    const { stdout, code } = await runProxy(['--version'], temporaryDirectory());
    expect({ stdout, code }).toEqual({ stdout: `${version}\n`, code: 0 });
  });
});
