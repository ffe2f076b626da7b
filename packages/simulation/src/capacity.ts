import { slownessAt } from './backend.ts';
import type { PhaseScript, Stretch } from './phase-script.ts';
import type { Distribution, Scenario } from './scenario.ts';

/** What the world brings and what the backend could give, requests a second. */
export interface Expected {
  readonly offered: number;
  /** Good answers that the backend can give when it does nothing else. */
  readonly capacity: number;
  /** What nobody could do better than: no more than offered, no more than the capacity. */
  readonly ideal: number;
}

/** In one stretch of time, from the rates and distributions; `busyness` is a factor on all rates. */
function expectedIn(scenario: Scenario, stretch: Stretch, busyness: number): Expected {
  const { groups, backend } = scenario;
  const serviceOf = (own: Distribution | null) => own ?? backend.service;
  const rate = groups.reduce((sum, { ratePerSecond }) => sum + ratePerSecond, 0);
  const work = groups.reduce((sum, group) => {
    return sum + group.ratePerSecond * serviceOf(group.service).meanMs;
  }, 0);
  const answerable = groups.reduce((sum, { ratePerSecond, service, patienceMs }) => {
    return sum + ratePerSecond * shareWithin(serviceOf(service), patienceMs / stretch.service);
  }, 0);
  const meanMs = (rate === 0 ? backend.service.meanMs : work / rate) * stretch.service;
  const failing = stretch.failing ?? backend.failing;
  // Errors that cost nothing leave all workers to the others.
  const share = backend.errors === 'slow' ? 1 - failing : Math.ceil(1 - failing);
  const capacity = stretch.down ? 0 : (share * bestRate(scenario) * 1000) / meanMs;
  const load = stretch.load * busyness;
  return { offered: rate * load, capacity, ideal: Math.min(answerable * load, capacity) };
}

/** The same over a while, each by its time. */
export function expectedOver(
  scenario: Scenario,
  script: PhaseScript,
  fromMs: number,
  toMs: number,
  busyness = 1,
): Expected {
  const sum = { offered: 0, capacity: 0, ideal: 0 };
  for (const stretch of script.stretches) {
    const ms = Math.min(toMs, stretch.toMs) - Math.max(fromMs, stretch.fromMs);
    if (ms <= 0) continue;
    const part = expectedIn(scenario, stretch, busyness);
    sum.offered += (part.offered * ms) / (toMs - fromMs);
    sum.capacity += (part.capacity * ms) / (toMs - fromMs);
    sum.ideal += (part.ideal * ms) / (toMs - fromMs);
  }
  return sum;
}

/** Workers' worth of work that gets done at the best concurrency. */
function bestRate({ backend }: Scenario): number {
  let best = 0;
  for (let inside = 1; inside <= backend.workers; inside++) {
    best = Math.max(best, inside / slownessAt(inside, backend));
  }
  return best;
}

/** Share of the samples below `ms`, by halving. */
function shareWithin({ quantileMs }: Distribution, ms: number): number {
  if (ms === Infinity) return 1;
  let [low, high] = [0, 1];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (quantileMs(middle) <= ms) low = middle;
    else high = middle;
  }
  return high;
}
