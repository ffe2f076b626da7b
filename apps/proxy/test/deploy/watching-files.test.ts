import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outcomeNames } from '@spillway/contracts';
import { describe, expect, it } from 'vitest';
import { families, isOfProcess } from '../../src/own/exposition/families.ts';
import { dashboard, dashboardQueries, root } from './dashboard.ts';

const file = (path: string) => join(root, 'deploy', path);
const read = (path: string) => readFileSync(file(path), 'utf8');
const promtool = spawnSync('promtool', ['--version']).status === 0;

const rules = read('prometheus/alerts.yml');
const tests = read('prometheus/alerts.test.yml');
const alerts = [...rules.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name as string);
/** What stands between `expr:` and the next key of a rule. */
const alertQueries = [...rules.matchAll(/^ {8}expr: ([\s\S]*?)(?=^ {8}\w)/gm)].map(
  ([, text]) => text as string,
);

/** Labels by the names under which samples are found. */
const labelsOf = new Map<string, readonly string[]>(
  families.flatMap((family): [string, readonly string[]][] => {
    const { name, type } = family;
    // Where there are several services; with one there is no such label, and `service=~".*"` finds it too.
    const labels = isOfProcess(family) ? family.labels : ['service', ...family.labels];
    return type === 'histogram'
      ? [
          [`${name}_bucket`, [...labels, 'le']],
          [`${name}_sum`, labels],
          [`${name}_count`, labels],
        ]
      : [[name, labels]];
  }),
);

/** Metrics, labels and outcomes in a query that nobody exposes. */
function unknownIn(query: string): string[] {
  const selectors = query.matchAll(/\b((?:spillway|process|nodejs)_\w+)(?:\{([^}]*)\})?/g);
  return [...selectors].flatMap(([, name = '', matchers = '']) => {
    const labels = labelsOf.get(name);
    if (labels === undefined) return [name];
    const pairs = [...matchers.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)];
    return pairs.flatMap(([, label = '', operator = '', value = '']) => {
      if (['job', 'instance'].includes(label)) return [];
      if (!labels.includes(label)) return [`${name}{${label}}`];
      if (label !== 'outcome') return [];
      const parts = operator.endsWith('~') ? value.split('|') : [value];
      return parts.filter((part) => !outcomeNames.some((one) => new RegExp(`^${part}$`).test(one)));
    });
  });
}

describe('unknownIn', () => {
  it('finds what nobody exposes', () => {
    expect(unknownIn('rate(spillway_requests_total{outcome=~"ok|nok", x="1"}[5m])')).toEqual([
      'nok',
      'spillway_requests_total{x}',
    ]);
    expect(unknownIn('sum(spillway_nothing) + spillway_response_seconds')).toEqual([
      'spillway_nothing',
      'spillway_response_seconds',
    ]);
  });
});

describe('the Grafana dashboard', () => {
  it('asks for metrics, labels and outcomes that are exposed', () => {
    const queries = dashboardQueries();
    expect(queries.length).toBeGreaterThan(40);
    for (const query of queries) expect(unknownIn(query), query).toEqual([]);
  });

  it('shows every metric but the sums and counts of histograms', () => {
    const asked = dashboardQueries().join('\n');
    const left = [...labelsOf.keys()].filter((name) => !new RegExp(`\\b${name}\\b`).test(asked));
    // The state set says in words what the state timeline draws from the number.
    expect(left.filter((name) => !/_seconds_(sum|count)$/.test(name))).toEqual([
      'spillway_upstream_breaker_state',
    ]);
  });

  it('takes its data source, jobs and instances from variables, so that it fits any Grafana', () => {
    const { panels, templating } = dashboard;
    expect(templating.list.map(({ name }) => name)).toEqual([
      ...['datasource', 'job', 'instance', 'service'],
    ]);
    for (const { type, title, datasource, targets = [] } of panels) {
      if (type === 'row') continue;
      for (const { uid } of [datasource, ...targets.map((target) => target.datasource)]) {
        expect(uid, title).toMatch(/^\$\{datasource\}$/);
      }
      for (const { expr } of targets) expect(expr, title).toContain('instance=~"$instance"');
    }
  });

  it('can show one service, and all of a proxy that has only one, without the label', () => {
    const { list } = dashboard.templating;
    expect(list.find(({ name }) => name === 'service')).toMatchObject({ allValue: '.*' });
    const shared = families.filter(isOfProcess).map(({ name }) => name);
    for (const query of dashboardQueries()) {
      const ofProcess = shared.some((name) => query.includes(`${name}{`));
      expect(query.includes('service=~"$service"'), query).toBe(!ofProcess);
    }
  });

  it('has panels that do not lie on each other, in six rows', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
      'Overview',
      'Latency',
      'Queue and limits',
      'Upstreams and breakers',
      'Process',
      'Services',
    ]);
    const taken = new Set<string>();
    for (const { title, gridPos } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x} ${y}`), `${title} at ${x} ${y}`).toBe(false);
          taken.add(`${x} ${y}`);
        }
      }
    }
  });
});

describe('the alerts', () => {
  it('ask for metrics, labels and outcomes that are exposed', () => {
    expect(alertQueries).toHaveLength(alerts.length);
    for (const query of alertQueries) expect(unknownIn(query), query).toEqual([]);
    const series = [...tests.matchAll(/^ +- series: (.+)$/gm)].map(([, text]) => text as string);
    for (const one of series) expect(unknownIn(one), one).toEqual([]);
  });

  it('are each raised by a test, and each lead to what to do', () => {
    for (const alert of alerts) {
      const raised = new RegExp(`alertname: ${alert}\\n +exp_alerts:`);
      expect(raised.test(tests), alert).toBe(true);
    }
    const runbooks = [...rules.matchAll(/^ +runbook: (\S+)#(\S+)$/gm)];
    expect(runbooks).toHaveLength(alerts.length);
    for (const [, page = '', anchor = ''] of runbooks) {
      expect(anchorsOf(page), page).toContain(anchor);
    }
  });

  it.skipIf(!promtool).each([
    ['the rules', ['check', 'rules', 'alerts.yml']],
    ['the example configuration', ['check', 'config', 'prometheus.yml']],
    ['the tests of the rules', ['test', 'rules', 'alerts.test.yml']],
  ])('promtool takes %s', (_what, argv) => {
    const cwd = file('prometheus');
    const { status, stdout, stderr } = spawnSync('promtool', argv, { cwd, encoding: 'utf8' });
    expect(status, stdout + stderr).toBe(0);
    expect(stdout + stderr).not.toMatch(/FAILED|warning/i);
  });
});

/** The headings of a page, as GitHub names them, and its anchors. */
function anchorsOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)];
}
