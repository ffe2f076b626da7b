import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@spillway/test-kit/free-port';
import { startChild } from '../process/child.ts';
import type { Pinning } from '../process/pin.ts';
import { FragileBackend } from './backend.ts';
import type { VisitLine } from './client/open-client.ts';
import type { Contender } from './contenders/contender.ts';
import { runClient } from './run-client.ts';
import { everybody, type Scenario } from './scenario.ts';

/** What was seen of one contender in one scenario. */
export interface Run {
  readonly lines: readonly VisitLine[];
  /** Requests that reached the backend. */
  readonly received: number;
  /** The longest line inside the backend. */
  readonly maxQueued: number;
}

export const isThere = (program: string): boolean =>
  !spawnSync(program, ['-v'], { stdio: 'ignore' }).error;

/** Fresh backend, fresh contender, the scenario's load and script. */
export async function measure(
  contender: Contender,
  scenario: Scenario,
  seed: number,
  pins: Pinning,
): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-overload-'));
  const children: { stop(): Promise<void> }[] = [];
  try {
    const backend = await FragileBackend.start(pins.load);
    children.push(backend);
    const port = await freePort();
    const command = contender.command({ upstreamPort: backend.port, port, folder, scenario });
    children.push(await startChild(contender.name, pins.proxy(command), port));
    const { groups, phases, seconds } = scenario;
    const clients = runClient({ port, groups, phases, seconds, seed }, folder, pins.load);
    await Promise.all([clients, play(backend, scenario)]);
    const { received, maxQueued } = await backend.stats();
    return { lines: await clients, received, maxQueued };
  } finally {
    await Promise.all(children.map((child) => child.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the backend really does: all workers kept busy from a full line, straight, without a proxy. */
export async function measureCapacity(seed: number, pins: Pinning): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-overload-'));
  const backend = await FragileBackend.start(pins.load);
  try {
    const seconds = 6;
    const order = {
      port: backend.port,
      groups: [everybody({ patienceMs: 60_000 })],
      phases: [{ atSeconds: 0, load: 1.3 }],
      seconds,
      seed,
    };
    const lines = await runClient(order, folder, pins.load);
    const ends = lines.map(([, at, tookMs]) => at + tookMs);
    const busy = ends.filter((end) => end > 1000 && end <= seconds * 1000).length;
    return busy / (seconds - 1);
  } finally {
    await backend.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The clients' process takes this long to start; phases are counted from its first request. */
const startMs = 150;

async function play(backend: FragileBackend, { phases }: Scenario): Promise<void> {
  const startedAt = performance.now() + startMs;
  for (const { atSeconds, backend: fields } of phases) {
    if (fields === undefined) continue;
    await delay(Math.max(0, startedAt + atSeconds * 1000 - performance.now()));
    await backend.change(fields);
  }
}
