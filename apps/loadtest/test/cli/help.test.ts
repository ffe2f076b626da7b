import { describe, expect, it } from 'vitest';
import { loadtestOptions } from '../../src/cli/loadtest-options.ts';
import { runLoadtest } from './run-loadtest.ts';

const entries = Object.values(loadtestOptions.options);

describe('help', () => {
  it.each([[['--help']], [['run', '--help']]])(
    '%j shows every option by its group, within 80 columns',
    async (argv) => {
      const { code, stdout, stderr } = await runLoadtest(argv);
      for (const { flag } of entries) {
        expect(stdout).toMatch(new RegExp(`^  (${flag}|--no-${flag.slice(2)})\\b`, 'm'));
      }
      for (const { group } of entries) expect(stdout).toContain(`\n${group}:\n`);
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    },
  );
});
