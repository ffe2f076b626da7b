import type { BucketHistogram } from '../../observe/bucket-histogram.ts';
import type { Family, MetricsSource } from './family.ts';

/** A metrics store pays for every label value, and a file may name thousands: so many have series of their own. */
export interface LabelBudget {
  readonly services: number;
  readonly targets: number;
}

export const labelBudget: LabelBudget = { services: 200, targets: 1000 };

/** Stands for all services, or targets, beyond the budget; no name of either looks like it. */
const others = '(other)';

/** One of the services whose metrics are written. */
export interface BudgetedSource {
  readonly source: MetricsSource;
  /** Null: the only service, and no label. */
  readonly label: string | null;
  /** Its targets that have series of their own. */
  readonly targets: ReadonlySet<string>;
}

/** The first ones in the order of the file keep their names, from scrape to scrape. */
export function withinBudget(
  sources: readonly MetricsSource[],
  budget: LabelBudget,
): BudgetedSource[] {
  let left = budget.targets;
  return sources.map((source, place) => {
    const listed = place < budget.services;
    const urls = source.snapshot.upstreams.map(({ url }) => url);
    const targets = new Set(listed ? urls.slice(0, left) : []);
    left -= targets.size;
    const label = sources.length === 1 ? null : listed ? source.service.name : others;
    return { source, label, targets };
  });
}

export interface Sample {
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number | BucketHistogram;
}

/**
 * The samples of a family. Of what is beyond the budget counters and histograms are summed, so that totals stay
 * right; gauges are left out, since most of them mean nothing as a sum.
 */
export function samplesOf(family: Family, sources: readonly BudgetedSource[]): Sample[] {
  const samples: Sample[] = [];
  const sums = new Map<string, Sample>();
  for (const { source, label, targets } of sources) {
    for (const [values, value] of family.read(source)) {
      const labels = values.map((text, i) => {
        const name = family.labels[i] as string;
        return [name, name === 'upstream' && !targets.has(text) ? others : text] as const;
      });
      if (label !== null) labels.unshift(['service', label]);
      if (!labels.some(([, text]) => text === others)) samples.push({ labels, value });
      else if (addsUp(family)) addTo(sums, { labels, value });
    }
  }
  return [...samples, ...sums.values()];
}

const addsUp = ({ type }: Family): boolean => type === 'counter' || type === 'histogram';

function addTo(sums: Map<string, Sample>, sample: Sample): void {
  const key = JSON.stringify(sample.labels);
  const known = sums.get(key);
  sums.set(
    key,
    known === undefined ? sample : { ...known, value: sumOf(known.value, sample.value) },
  );
}

function sumOf(one: Sample['value'], other: Sample['value']): Sample['value'] {
  if (typeof one === 'number' || typeof other === 'number') return Number(one) + Number(other);
  return one.plus(other);
}

/** How many services and targets have no series of their own. */
export function beyondBudget(
  { services, upstreams }: MetricsSource['snapshot'],
  budget: LabelBudget = labelBudget,
): { readonly services: number; readonly targets: number } {
  const all = services === undefined ? [{ upstreams }] : Object.values(services);
  const targets = (some: typeof all) => some.reduce((sum, one) => sum + one.upstreams.length, 0);
  return {
    services: Math.max(0, all.length - budget.services),
    targets: targets(all) - Math.min(budget.targets, targets(all.slice(0, budget.services))),
  };
}
