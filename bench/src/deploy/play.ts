import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Pinning } from '../process/pin.ts';
import type { Stay } from './backend.ts';
import type { ClientOrder, StreamEnd, Visit } from './clients.ts';
import { type AccessLine, ProxyUnderChange } from './proxy-under-change.ts';
import { beatMs, type DeploySize, limitsOf } from './scenario.ts';
import { type Standstill, sharedNow } from './shared-clock.ts';
import { Worker } from './worker.ts';

/** From when to when something was changed, by the shared clock, ms. */
export interface Change {
  readonly what: 'reload' | 'pause' | 'upgrade' | 'bad file';
  readonly from: number;
  until: number;
  /** In force afterwards. */
  readonly limits: Readonly<Record<string, number>>;
}

/** What everybody saw of a run. */
export interface Run {
  readonly changes: readonly Change[];
  /** Of bad files that were not refused as they should be. */
  readonly faults: readonly string[];
  readonly visits: readonly Visit[];
  readonly streamEnds: readonly StreamEnd[];
  readonly stays: readonly Stay[];
  readonly standstills: {
    readonly clients: readonly Standstill[];
    readonly backend: readonly Standstill[];
  };
  readonly accessLines: readonly AccessLine[];
}

interface SeenByBackend {
  readonly stays: Stay[];
  readonly standstills: Standstill[];
}
interface SeenByClients {
  readonly visits: Visit[];
  readonly streamEnds: StreamEnd[];
  readonly standstills: Standstill[];
}

const script = (name: string): string => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));

/** Load first, then every change while it goes on; backend, proxy and clients are processes of their own. */
export async function play(size: DeploySize, engine: string, pins: Pinning): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-bench-'));
  const [stayFile, visitFile] = [join(folder, 'stays.json'), join(folder, 'visits.json')];
  const backend = await Worker.start<{ ports: [number, number] }, SeenByBackend>(
    ...([script('backend'), stayFile, stayFile, pins.load] as const),
  );
  const [one, other] = backend.ready.ports.map((port) => `http://127.0.0.1:${port}`);
  const origins = [one as string, other as string] as const;
  const proxy = await ProxyUnderChange.start(folder, origins, engine, pins);
  try {
    const order: ClientOrder = {
      ...{ port: proxy.port, perSecond: size.perSecond, waiting: size.waiting },
      ...{ streams: size.streams, streamBeats: streamBeatsOf(size), file: visitFile },
    };
    const clients = await Worker.start<string, SeenByClients>(
      ...([script('clients'), JSON.stringify(order), visitFile, pins.load] as const),
    );
    const startedAt = sharedNow();
    const changes: Change[] = [
      { what: 'reload', from: startedAt, until: startedAt, limits: limitsOf(0) },
    ];
    await delay(size.baselineMs);
    const faults = await changeAll(proxy, size, changes);
    await delay(1000);
    const { visits, streamEnds, standstills } = await clients.seen();
    const { stays, standstills: atBackend } = await backend.seen();
    await proxy.stop();
    return {
      ...{ changes: changes, faults, visits, streamEnds, stays },
      standstills: { clients: standstills, backend: atBackend },
      accessLines: proxy.accessLines(),
    };
  } finally {
    await proxy.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function changeAll(
  proxy: ProxyUnderChange,
  size: DeploySize,
  changes: Change[],
): Promise<string[]> {
  const faults: string[] = [];
  let turn = 0;
  const make = async (what: Change['what'], action: () => Promise<unknown>) => {
    const change = { what, from: sharedNow(), until: Infinity, limits: limitsOf(turn) };
    changes.push(change);
    await action();
    change.until = sharedNow();
  };
  const pauseAfter = every(size.reloads, size.pauses);
  const upgradeAfter = every(size.reloads, size.upgrades);
  for (let i = 1; i <= size.reloads; i++) {
    await delay(size.everyMs);
    turn = i;
    await make('reload', () => proxy.reload(i));
    if (upgradeAfter.has(i)) {
      await delay(size.everyMs);
      await make('upgrade', () => proxy.upgrade());
    }
    if (!pauseAfter.has(i)) continue;
    await delay(size.everyMs);
    await make('pause', async () => {
      await proxy.pause('api');
      await delay(size.pauseMs);
      await proxy.resume('api');
    });
    await delay(size.everyMs);
    await make('bad file', async () => {
      const fault = await proxy.refuse();
      if (fault !== null) faults.push(fault);
    });
  }
  return faults;
}

/** Numbers up to `of`, as many as asked for, evenly spread. */
const every = (of: number, count: number): ReadonlySet<number> =>
  new Set(
    Array.from({ length: count }, (_, i) => Math.max(1, Math.round(((i + 0.5) * of) / count))),
  );

/** An upgrade takes so long, and what belongs to a pause as well, s. */
const upgradeBeats = 2;

/** From half of the run to nearly all of it. */
function streamBeatsOf(size: DeploySize): [number, number] {
  const { reloads, everyMs, baselineMs, upgrades, pauses } = size;
  const beats =
    Math.floor((baselineMs + reloads * everyMs) / beatMs) + upgradeBeats * (upgrades + pauses);
  return [Math.max(3, Math.ceil(beats / 2)), Math.max(6, beats)];
}
