import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Puts `taskset` before commands, so that who is measured has a core to itself. */
export interface Pinning {
  proxy(command: string[]): string[];
  load(command: string[]): string[];
  /** This very process, for a bench that is the upstream itself. */
  here(): void;
  /** Where the proxies are, alone; null: anywhere. */
  proxyCore: number | null;
  description: string;
}

const taskset = 'taskset';
const asIs = (command: string[]) => command;
const to = (core: number) => (command: string[]) => [taskset, '-c', String(core), ...command];

export function pinning(wanted: boolean): Pinning {
  const unpinned = (reason: string) => ({
    proxy: asIs,
    load: asIs,
    here() {},
    proxyCore: null,
    description: reason,
  });
  if (!wanted) return unpinned('not pinned (--no-pin)');
  if (availableParallelism() < 2) return unpinned('not pinned: one core only');
  if (spawnSync(taskset, ['-V']).error) return unpinned('not pinned: no taskset here');
  return {
    proxy: to(0),
    load: to(1),
    here: () => void spawnSync(taskset, ['-a', '-c', '-p', '1', String(process.pid)]),
    proxyCore: 0,
    description: 'proxies on core 0, wrk and upstream on core 1',
  };
}
