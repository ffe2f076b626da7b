import type { Child } from '../process/child.ts';
import type { CountedUpstream } from './counted-upstream.ts';
import type { Load } from './loads.ts';
import { type Slice, takeSlice, type Watching } from './slice.ts';
import { watchers } from './watchers.ts';

/** Slices may wait for their last polls: the load has to last for them as well. */
const slack = 1.2;
const begunSeconds = 2;

export interface Plan {
  readonly rounds: number;
  readonly sliceMs: number;
}

/** Every round takes one slice unwatched and one of each watcher at each pace, in an order drawn anew. */
export async function measureLoad(
  proxy: Child,
  upstream: CountedUpstream,
  load: Load,
  { rounds, sliceMs }: Plan,
): Promise<Slice[]> {
  const ways: Watching[] = [
    null,
    ...watchers.flatMap((watcher) =>
      load.paces.map((pollsPerSecond) => ({ watcher, pollsPerSecond })),
    ),
  ];
  const slices: Slice[] = [];
  const seconds = (rounds * ways.length * sliceMs) / 1000;
  const running = load.start(proxy, Math.ceil(begunSeconds + seconds * slack));
  // Connections are opened here, and are no slice's.
  await takeSlice(proxy, upstream, { round: 0, sliceMs: begunSeconds * 1000, watching: null });
  for (let round = 1; round <= rounds; round++) {
    for (const watching of shuffled(ways)) {
      slices.push(await takeSlice(proxy, upstream, { round, sliceMs, watching }));
    }
  }
  await running.stop();
  return slices;
}

function shuffled<T>(values: readonly T[]): T[] {
  const drawn = values.map((value) => ({ value, at: Math.random() }));
  return drawn.sort((a, b) => a.at - b.at).map(({ value }) => value);
}
