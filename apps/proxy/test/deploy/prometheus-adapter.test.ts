import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';
import { describe, expect, it } from 'vitest';
import { families } from '../../src/own/exposition/families.ts';
import { adapted, rules } from './adapter-rules.ts';

it('What prometheus-adapter asks for is exposed', () => {
  const names = families.map(({ name }) => name);
  for (const query of adapted.values()) {
    const asked = query.match(/spillway_\w+/g) ?? [];
    expect(asked.length).toBeGreaterThan(1);
    for (const name of asked) expect(names).toContain(name);
  }
});

describe.skipIf(spawnSync('promtool', ['--version']).status !== 0)('prometheus-adapter', () => {
  it.each([
    ['spillway_queue_size', [7, 5]],
    ['spillway_concurrency_utilization', [0.75, 0]],
  ])('has %s by pod, over all services of a proxy', (name, [first, second]) => {
    const samples = (metric: string, ...values: readonly [string, string, number][]) =>
      values.map(([pod, service, value]) => ({
        series: `${metric}{namespace="spillway", pod="${pod}", service="${service}"}`,
        values: String(value),
      }));
    const query = rules.custom
      .find((rule) => rule.name?.as === name || rule.seriesQuery.startsWith(name))
      ?.metricsQuery.replaceAll('<<.GroupBy>>', 'pod')
      .replaceAll('<<.LabelMatchers>>', 'namespace="spillway",pod=~"one|two"');
    const test = {
      interval: '1m',
      input_series: [
        ...samples('spillway_queue_size', ['one', 'a', 3], ['one', 'b', 4], ['two', 'a', 5]),
        ...samples('spillway_slots_available', ['one', 'a', 0], ['one', 'b', 5], ['two', 'a', 8]),
        ...samples(
          'spillway_concurrency_limit',
          ['one', 'a', 8],
          ['one', 'b', 12],
          ['two', 'a', 8],
        ),
      ],
      promql_expr_test: [
        {
          ...{ expr: query, eval_time: '0m' },
          exp_samples: [
            { labels: '{pod="one"}', value: first },
            { labels: '{pod="two"}', value: second },
          ],
        },
      ],
    };
    const file = join(temporaryDirectory(), 'test.json');
    writeFileSync(file, JSON.stringify({ tests: [test] }));
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], {
      encoding: 'utf8',
    });
    expect(status, stdout + stderr).toBe(0);
  });
});
