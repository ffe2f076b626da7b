import { optionsMarkdown } from '@spillway/options';
import { expect, it } from 'vitest';
import { monitorOptions } from './monitor-options.ts';

it('docs/monitor-options.md is as the table of options says (else: vitest run -u on this file)', async () => {
  const text = optionsMarkdown(monitorOptions, 'Options of the monitor');
  await expect(text).toMatchFileSnapshot('../../../../docs/monitor-options.md');
});
