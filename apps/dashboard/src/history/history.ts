/** How values of several polls become one: a rate's mean, a latency's or a gauge's highest. */
export type Fold = 'mean' | 'max';

/** What was seen at one time; a line that is missing, or null, has a gap there. */
export interface Row {
  /** Seconds since 1970, by the browser's clock. */
  readonly at: number;
  readonly values: Readonly<Record<string, number | null>>;
}

export interface HistoryShape {
  /** Every poll is kept for so long. */
  readonly fineSeconds: number;
  /** After that, one row for so many seconds. */
  readonly stepSeconds: number;
  /** Until it is that old. */
  readonly keptSeconds: number;
  readonly foldOf: (line: string) => Fold;
}

interface FoldedRow extends Row {
  readonly step: number;
  readonly polls: number;
}

/** About an hour of rows, oldest first: fine where people look closely, coarse before. */
export class History {
  readonly #shape: HistoryShape;
  readonly #fine: Row[] = [];
  readonly #coarse: FoldedRow[] = [];

  constructor(shape: HistoryShape) {
    this.#shape = shape;
  }

  add(row: Row): void {
    this.#fine.push(row);
    const { fineSeconds, keptSeconds } = this.#shape;
    for (let oldest = this.#fine[0]; oldest !== undefined; oldest = this.#fine[0]) {
      if (oldest.at > row.at - fineSeconds) break;
      this.#fine.shift();
      this.#fold(oldest);
    }
    while ((this.#coarse[0]?.at ?? row.at) < row.at - keptSeconds) this.#coarse.shift();
  }

  /** Breaks all lines: what came before and what comes next don't belong together. */
  gap(at: number): void {
    if (this.#fine.length > 0) this.add({ at, values: {} });
  }

  rows(): readonly Row[] {
    return [...this.#coarse, ...this.#fine];
  }

  #fold(row: Row): void {
    const step = Math.floor(row.at / this.#shape.stepSeconds);
    const last = this.#coarse.at(-1);
    const joins = last?.step === step && isGap(last) === isGap(row);
    if (!joins) this.#coarse.push({ ...row, step, polls: 1 });
    else this.#coarse[this.#coarse.length - 1] = this.#joined(last, row);
  }

  #joined(into: FoldedRow, row: Row): FoldedRow {
    const values: Record<string, number | null> = { ...into.values };
    for (const [line, value] of Object.entries(row.values)) {
      const before = values[line] ?? null;
      if (value === null) continue;
      if (before === null) values[line] = value;
      else if (this.#shape.foldOf(line) === 'max') values[line] = Math.max(before, value);
      else values[line] = before + (value - before) / (into.polls + 1);
    }
    return { ...into, values, polls: into.polls + 1 };
  }
}

const isGap = (row: Row): boolean => Object.keys(row.values).length === 0;
