import { type BucketHistogram, latencyBounds } from '../../observe/bucket-histogram.ts';
import { families, isOfProcess } from './families.ts';
import type { Family, MetricsSource } from './family.ts';
import {
  type LabelBudget,
  labelBudget,
  type Sample,
  samplesOf,
  withinBudget,
} from './label-budget.ts';

/** A format of the exposition: what it is called, and how a family is announced in it. */
export interface TextFormat {
  readonly contentType: string;
  readonly head: (family: Family) => readonly string[];
  readonly end: readonly string[];
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const prometheusFormat: TextFormat = {
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  head: ({ name, type, help }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type === 'info' ? 'gauge' : type}`,
  ],
  end: [],
};

/** https://prometheus.io/docs/specs/om/open_metrics_spec/: a family is named without its suffix, and has a unit. */
export const openMetricsFormat: TextFormat = {
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  head: ({ name, type, help }) => {
    const base = name.replace(type === 'info' ? /_info$/ : /_total$/, '');
    const unit = /_(seconds|bytes|ratio)$/.exec(base)?.[1];
    return [
      `# TYPE ${base} ${type}`,
      ...(unit === undefined ? [] : [`# UNIT ${base} ${unit}`]),
      `# HELP ${base} ${help}`,
    ];
  },
  end: ['# EOF'],
};

/** All metrics in one of the formats, a source a service; several are told apart by a label. */
export function expositionText(
  sources: readonly MetricsSource[],
  { head, end }: TextFormat,
  budget: LabelBudget = labelBudget,
): string {
  const budgeted = withinBudget(sources, budget);
  const [first] = budgeted;
  const process = first === undefined ? [] : [{ ...first, label: null }];
  const lines = families.flatMap((family) => [
    ...head(family),
    ...samplesOf(family, isOfProcess(family) ? process : budgeted).flatMap((sample) =>
      sampleLines(family.name, sample),
    ),
  ]);
  return [...lines, ...end, ''].join('\n');
}

function sampleLines(name: string, { labels, value }: Sample): string[] {
  const pairs = labels.map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return typeof value === 'number'
    ? [`${name}${inBraces(pairs)} ${value}`]
    : histogramSamples(name, pairs, value);
}

function histogramSamples(name: string, labels: readonly string[], data: BucketHistogram) {
  let cumulative = 0;
  const buckets = bounds.map((le, i) => {
    cumulative += data.counts[i] as number;
    return `${name}_bucket${inBraces([...labels, `le="${le}"`])} ${cumulative}`;
  });
  return [
    ...buckets,
    `${name}_sum${inBraces(labels)} ${data.sumSeconds}`,
    `${name}_count${inBraces(labels)} ${data.count}`,
  ];
}

/** Canonical numbers (1.0, not 1) in both formats: a bound written otherwise would be another series. */
const bounds: readonly string[] = [
  ...latencyBounds.map((bound) => (Number.isInteger(bound) ? bound.toFixed(1) : String(bound))),
  '+Inf',
];

const inBraces = (pairs: readonly string[]): string =>
  pairs.length === 0 ? '' : `{${pairs.join(',')}}`;

const escapeLabel = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
