import type { Observation } from './observation.ts';

/** How far back all observations are of use: breakers that open again and again are told by five minutes. */
export const historySeconds = 300;

/** By so many spans of answers it is known how fast an upstream can be. */
const spans = 5;
/** Of what is older than the history, so many are enough. */
const fewOlder = 60;

/** How far back observations are of use at this one: where answers are rare, further than `historySeconds`. */
export const memorySeconds = ({ upstreams }: Observation): number =>
  Math.max(historySeconds, ...upstreams.map(({ answersSeconds }) => spans * answersSeconds));

/** What a watcher keeps, oldest first, when it has seen the latest: the older, the fewer. */
export function remembered(earlier: readonly Observation[], latest: Observation): Observation[] {
  const longest = memorySeconds(latest);
  const kept: Observation[] = [];
  for (const one of earlier) {
    const age = latest.at - one.at;
    const before = kept.at(-1);
    const isSpare =
      age > historySeconds && before !== undefined && one.at - before.at < longest / fewOlder;
    if (age <= longest && !isSpare) kept.push(one);
  }
  return [...kept, latest];
}
