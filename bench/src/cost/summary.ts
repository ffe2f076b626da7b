import type { Sample } from './sample.ts';

export interface Range {
  median: number;
  min: number;
  max: number;
}

/** One peer over all rounds. */
export interface PeerSummary {
  peer: string;
  cpuUsPerUnit: Range;
  unitsPerSecond: Range;
  p99Ms: Range;
  residentBytes: number;
  /** CPU time a unit over that of a base in the same round; undefined when the base was left out. */
  ratios: Record<string, Range | undefined>;
  failures: number;
  /** The greatest share of its core that others had in a sample that counts. */
  foreignShare: number;
}

/** Median, least and greatest; of an even number the mean of the middle two. */
export function rangeOf(values: number[]): Range {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median =
    sorted.length % 2 === 1
      ? sorted[Math.floor(middle)]!
      : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** Ratios are taken within a round, so that what slows the whole machine for a while cancels out. */
function ratioTo(base: Sample[], samples: Sample[]): Range | undefined {
  const ratios = samples.flatMap(({ round, cpuUsPerUnit }) => {
    const other = base.find((sample) => sample.round === round);
    return other ? [cpuUsPerUnit / other.cpuUsPerUnit] : [];
  });
  return ratios.length > 0 ? rangeOf(ratios) : undefined;
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

export function summarize(samples: Sample[], bases: readonly string[]): PeerSummary[] {
  const names = [...new Set(samples.map(({ peer }) => peer))];
  const of = (name: string) => samples.filter(({ peer }) => peer === name);
  return names.map((peer) => {
    const own = of(peer);
    return {
      peer,
      cpuUsPerUnit: rangeOf(own.map((sample) => sample.cpuUsPerUnit)),
      unitsPerSecond: rangeOf(own.map((sample) => sample.units / sample.seconds)),
      p99Ms: rangeOf(own.map((sample) => sample.p99Ms)),
      residentBytes: Math.max(...own.map((sample) => sample.residentBytes)),
      ratios: Object.fromEntries(bases.map((base) => [base, ratioTo(of(base), own)])),
      failures: sum(own.map((sample) => sample.failures)),
      foreignShare: Math.max(...own.map((sample) => sample.foreignShare)),
    };
  });
}
