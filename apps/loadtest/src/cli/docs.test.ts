import { optionsMarkdown } from '@spillway/options';
import { expect, it } from 'vitest';
import { loadtestOptions } from './loadtest-options.ts';

it('docs/loadtest-options.md is as the table of options says (else: vitest run -u on this file)', async () => {
  const text = optionsMarkdown(loadtestOptions, 'Options of the load tester');
  await expect(text).toMatchFileSnapshot('../../../../docs/loadtest-options.md');
});
