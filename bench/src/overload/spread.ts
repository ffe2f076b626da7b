import type { Figures, GroupFigures } from './judge.ts';

/** Of the runs of one contender. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One contender in one scenario: each run with its seed, and what they have in common. */
export interface Row {
  readonly contender: string;
  readonly runs: readonly { readonly seed: number; readonly figures: Figures }[];
  /** Goodput of all, and of each group by name. */
  readonly goodput: Readonly<Record<string, Spread>>;
}

export function rowOf(contender: string, runs: Row['runs']): Row {
  const names = runs[0]?.figures.groups.map(({ name }) => name) ?? [];
  const of = (pick: (figures: Figures) => GroupFigures | undefined): Spread =>
    spreadOf(runs.map(({ figures }) => pick(figures)?.goodput ?? Number.NaN));
  const groups = names.map((name) => {
    const figures = of((all) => all.groups.find((group) => group.name === name));
    return [name, figures] as const;
  });
  return { contender, runs, goodput: { all: of(({ all }) => all), ...Object.fromEntries(groups) } };
}

/** The run in the middle by goodput: its other figures stand for all. */
export function middleOf({ runs }: Row): Figures {
  const sorted = [...runs].sort((a, b) => a.figures.all.goodput - b.figures.all.goodput);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new RangeError('there was no run');
  return middle.figures;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}
