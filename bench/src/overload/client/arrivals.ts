import { drawExponential } from '@spillway/random';
import type { ClientGroup, Phase } from '../scenario.ts';
import { requestsPerSecond } from '../scenario.ts';

export interface Arrival {
  /** ms after the start. */
  readonly at: number;
  /** Index of its group. */
  readonly group: number;
}

/** Poisson arrivals of all groups through the phases, in order; the same for the same seed. */
export function arrivalsOf(
  groups: readonly ClientGroup[],
  phases: readonly Phase[],
  seconds: number,
  random: () => number,
): Arrival[] {
  const arrivals = groups.flatMap((group, index) => {
    const found: Arrival[] = [];
    for (const [i, phase] of phases.entries()) {
      const untilMs = (phases[i + 1]?.atSeconds ?? seconds) * 1000;
      const perMs = (requestsPerSecond(group) * phase.load) / 1000;
      // Memoryless: each phase may begin its gaps anew.
      let at = phase.atSeconds * 1000 + gap(perMs, random);
      for (; at < untilMs; at += gap(perMs, random)) found.push({ at, group: index });
    }
    return found;
  });
  return arrivals.sort((a, b) => a.at - b.at);
}

const gap = (perMs: number, random: () => number): number => drawExponential(random) / perMs;
