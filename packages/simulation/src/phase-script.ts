import type { Phase } from './scenario.ts';

/** The world outside of all phases. */
const usual: Omit<Phase, 'fromMs' | 'toMs'> = {
  load: 1,
  service: 1,
  failing: null,
  down: false,
};

/** A stretch of time in which nothing changes. */
export interface Stretch extends Phase {}

/** What holds when; phases that overlap multiply their factors. */
export class PhaseScript {
  readonly #stretches: readonly Stretch[];
  #current = 0;

  constructor(phases: readonly Phase[]) {
    this.#stretches = stretchesOf(phases);
  }

  /** All of time, in order, from 0 to Infinity. */
  get stretches(): readonly Stretch[] {
    return this.#stretches;
  }

  /** Quick when asked in the order of time, as a simulation does. */
  at(ms: number): Stretch {
    if (ms < this.#stretches[this.#current]!.fromMs) this.#current = 0;
    while (ms >= this.#stretches[this.#current]!.toMs) this.#current++;
    return this.#stretches[this.#current]!;
  }
}

function stretchesOf(phases: readonly Phase[]): Stretch[] {
  const edges = [...new Set([0, ...phases.flatMap(({ fromMs, toMs }) => [fromMs, toMs])])];
  edges.sort((a, b) => a - b);
  return edges.map((fromMs, n) => {
    const toMs = edges[n + 1] ?? Infinity;
    const holding = phases.filter((phase) => phase.fromMs <= fromMs && phase.toMs > fromMs);
    return { fromMs, toMs, ...holding.reduce(combine, usual) };
  });
}

const combine = (a: Omit<Phase, 'fromMs' | 'toMs'>, b: Phase): Omit<Phase, 'fromMs' | 'toMs'> => ({
  load: a.load * b.load,
  service: a.service * b.service,
  failing: b.failing ?? a.failing,
  down: a.down || b.down,
});
