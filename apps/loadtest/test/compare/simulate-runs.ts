import type { LoadReport } from '@spillway/contracts';
import { drawNormal, type Random, seededRandom } from '@spillway/random';
import { makeReport } from './make-report.ts';

export interface Simulated {
  readonly base: LoadReport[];
  readonly head: LoadReport[];
}

/**
 * Runs of ten closed connections against two builds in turns, head's taking `factor` times as long. Latencies
 * are lognormal; the machine's speed walks by 2 % from run to run and every run is off by 3 % of its own.
 */
export function simulateRuns(seed: number, factor: number, runs = 5): Simulated {
  const random = seededRandom(seed);
  const base: LoadReport[] = [];
  const head: LoadReport[] = [];
  let machine = 0;
  for (let run = 0; run < runs; run++) {
    for (const [side, share] of [
      [base, 1],
      [head, factor],
    ] as const) {
      machine += 0.02 * drawNormal(random);
      side.push(oneRun(random, 20 * share * Math.exp(machine + 0.03 * drawNormal(random))));
    }
  }
  return { base, head };
}

function oneRun(random: Random, medianMs: number): LoadReport {
  const latenciesMs = Array.from(
    { length: 600 },
    () => medianMs * Math.exp(0.4 * drawNormal(random)),
  );
  const connections = 10;
  const totalMs = latenciesMs.reduce((sum, ms) => sum + ms, 0);
  return makeReport({ latenciesMs, seconds: totalMs / connections / 1_000 });
}
