import { setTimeout as delay } from 'node:timers/promises';
import type { Child } from '../process/child.ts';
import { cpuNs } from '../process/usage.ts';
import { Asker } from './asker.ts';
import type { CountedUpstream } from './counted-upstream.ts';
import type { Watcher } from './watchers.ts';

/** How a slice is watched: null, or by whom and how fast. */
export type Watching = { readonly watcher: Watcher; readonly pollsPerSecond: number } | null;

/** A moment of the proxy under load. */
export interface Slice {
  readonly round: number;
  readonly watcher: string | null;
  /** Asked for; `polls` came. */
  readonly pollsPerSecond: number;
  readonly polls: number;
  readonly seconds: number;
  /** Answered by the upstream. */
  readonly requests: number;
  /** User and system time of all threads of the proxy. */
  readonly cpuUs: number;
}

/** Lasts until the last poll is answered, so that all it costs is in it. */
export async function takeSlice(
  proxy: Child,
  upstream: CountedUpstream,
  { round, sliceMs, watching }: { round: number; sliceMs: number; watching: Watching },
): Promise<Slice> {
  const before = { ns: cpuNs(proxy.pid), answered: upstream.answered, at: performance.now() };
  const asker =
    watching &&
    new Asker({ port: proxy.port, ...watching.watcher, perSecond: watching.pollsPerSecond });
  await delay(sliceMs);
  await asker?.stop();
  return {
    round,
    watcher: watching?.watcher.name ?? null,
    pollsPerSecond: watching?.pollsPerSecond ?? 0,
    polls: asker?.answered ?? 0,
    seconds: (performance.now() - before.at) / 1000,
    requests: upstream.answered - before.answered,
    cpuUs: (cpuNs(proxy.pid) - before.ns) / 1000,
  };
}
