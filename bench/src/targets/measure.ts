import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@spillway/test-kit/free-port';
import { startChild } from '../process/child.ts';
import type { Pinning } from '../process/pin.ts';
import { TargetProcess } from './backends.ts';
import type { Contender } from './contenders.ts';
import type { Trouble } from './troubles.ts';

const perSecond = 300;
const phaseMs = { well: 3000, trouble: 6000, after: 9000 };
/** A client that has waited for so long leaves. */
const patienceMs = 5000;
/** Beyond so many requests that are due and not sent, they are left out. */
const mostInArrears = 10;
/** From when on the evidence is there. */
const evidenceMs = 1000;

export interface Measured {
  readonly asked: number;
  readonly failed: number;
  /** Failures that began more than a second after the trouble did. */
  readonly failedLater: number;
  /** Failed requests by status, or the code of the error. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Shares of the requests that the troubled target gets: in trouble, just back, and at the end. */
  readonly share: { readonly trouble: number; readonly back: number; readonly end: number };
}

/** One contender, one trouble; everything is started anew. */
export async function measure(
  contender: Contender,
  trouble: Trouble,
  pins: Pinning,
): Promise<Measured> {
  const targets = await Promise.all([1, 2, 3].map(() => TargetProcess.start(pins.load)));
  const folder = mkdtempSync(join(tmpdir(), 'spillway-bench-'));
  const port = await freePort();
  const targetPorts = targets.map((target) => target.port);
  const command = pins.proxy(contender.command({ targetPorts, port, folder }));
  const proxy = await startChild(contender.name, command, port);
  try {
    return await play(port, targets[1] as TargetProcess, trouble);
  } finally {
    await proxy.stop();
    for (const target of targets) await target.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function play(port: number, target: TargetProcess, trouble: Trouble): Promise<Measured> {
  const visits = new Visits(port);
  await delay(phaseMs.well);
  const troubledAt = performance.now();
  const troubled = trouble.play(target, phaseMs.trouble);
  await delay(evidenceMs);
  const inTrouble = await visits.shareOf(target, phaseMs.trouble - 2 * evidenceMs);
  await troubled;
  // Checks have to find it first.
  await delay(3 * evidenceMs);
  const back = await visits.shareOf(target, evidenceMs);
  await delay(phaseMs.after - 5 * evidenceMs);
  const end = await visits.shareOf(target, evidenceMs);
  await visits.stop();
  const failedLater = visits.failedAt.filter((at) => at > troubledAt + evidenceMs).length;
  return {
    ...{ asked: visits.asked, failed: visits.failedAt.length, failedLater },
    kinds: visits.kinds,
    share: { trouble: inTrouble, back, end },
  };
}

/** Requests at a constant rate, whatever becomes of those before them. POST: nothing is sent twice. */
class Visits {
  readonly failedAt: number[] = [];
  readonly kinds: Record<string, number> = {};
  asked = 0;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #port: number;
  readonly #timer: NodeJS.Timeout;
  readonly #startedAt = performance.now();
  #open = 0;
  #skipped = 0;

  constructor(port: number) {
    this.#port = port;
    this.#timer = setInterval(() => {
      const due = ((performance.now() - this.#startedAt) / 1000) * perSecond;
      // A bench that stood still does not catch up: a burst would measure the queues.
      this.#skipped = Math.max(this.#skipped, Math.floor(due) - this.asked - mostInArrears);
      while (this.asked + this.#skipped < due) this.#visit();
    }, 2);
  }

  /** What the target gets of all that is asked within so many ms. */
  async shareOf(target: TargetProcess, ms: number): Promise<number> {
    const [received, asked] = [await target.received(), this.asked];
    await delay(ms);
    const more = Math.max(0, (await target.received()) - received);
    return more / (this.asked - asked);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const giveUpAt = performance.now() + patienceMs;
    while (this.#open > 0 && performance.now() < giveUpAt) await delay(20);
    this.#agent.destroy();
  }

  #visit(): void {
    this.asked += 1;
    this.#open += 1;
    const at = performance.now();
    let over = false;
    const end = (kind: string) => {
      if (over) return;
      over = true;
      this.#open -= 1;
      if (kind === '200') return;
      this.failedAt.push(at);
      this.kinds[kind] = (this.kinds[kind] ?? 0) + 1;
    };
    const options = { port: this.#port, host: '127.0.0.1', path: '/', method: 'POST' };
    const visit = request({ ...options, agent: this.#agent, timeout: patienceMs }, (response) => {
      response.resume().on('end', () => end(String(response.statusCode)));
      response.on('error', (error) => end(error.message));
    });
    visit.on('timeout', () => visit.destroy(new Error('no response in time')));
    visit.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    visit.end();
  }
}
