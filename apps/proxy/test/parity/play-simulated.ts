import {
  type Backend,
  type CallEnding,
  type Job,
  SimulatedProxy,
  VirtualTime,
} from '@spillway/simulation/testing';
import { configFromFlags, type Flags } from '../kit/config-from-flags.ts';
import { type Played, Script, type Wave } from './play.ts';

const anHourMs = 3_600_000;

/** Through the simulated proxy, with the same settings. */
export function playSimulated(flags: Flags, waves: readonly Wave[]): Played {
  const time = new VirtualTime();
  const script = new Script();
  const config = configFromFlags(flags);
  const half = (): number => 0.5;
  const proxy = new SimulatedProxy({
    settings: { ...config, classes: [{ name: 'default', reservedShare: 0, precedence: 0 }] },
    protection: 'proxy',
    backend: new ScriptedBackend(script, time),
    ...{ time, luck: half, jitter: half, hooks: {} },
  });
  const endings = waves.map((wave) => {
    if (wave.rested) time.run(time.now() + config.circuitBreakerTimeoutMs);
    return playWave(proxy, script, time, wave);
  });
  // Permits of abandoned work are held for a while.
  time.run(time.now() + anHourMs);
  const { permits, retryBudget, target } = proxy;
  return {
    endings,
    breaker: target.breaker.state.name,
    opened: target.breaker.openedTotal,
    refusedRetries: retryBudget.refusedAtOnce + retryBudget.refusedOverTime,
    held: { permits: permits.inFlight, retries: retryBudget.retrying, queued: permits.queued },
  };
}

function playWave(proxy: SimulatedProxy, script: Script, time: VirtualTime, wave: Wave): string[] {
  const endings: string[] = [];
  const onEnding = ({ outcome, attempts }: CallEnding): void => {
    endings.push(`${outcome} ${attempts}`);
  };
  script.begin(wave);
  const calls = wave.methods.map((method) => {
    const group = { ...anybody, method };
    return proxy.open({ group, serviceMs: 0, onEnding });
  });
  for (const place of wave.leaving ?? []) {
    const call = calls[place];
    if (call !== undefined) onEnding(call.leave());
  }
  script.open();
  const isOver = (): boolean => endings.length === calls.length;
  if (!isOver()) time.run(time.now() + anHourMs, isOver);
  return endings.sort();
}

class ScriptedBackend implements Backend {
  readonly #script: Script;
  readonly #time: VirtualTime;
  readonly #abandoned = new Set<Job>();

  constructor(script: Script, time: VirtualTime) {
    this.#script = script;
    this.#time = time;
  }

  send(job: Job): void {
    this.#abandoned.delete(job);
    this.#script.attempt((reply) => {
      if (reply === 'hang') return;
      this.#time.after(0, () => {
        if (this.#abandoned.has(job)) return;
        if (reply === 'close') job.onEnding('connection_terminated');
        else job.onEnding(reply.status, msOf(reply.retryAfterSeconds));
      });
    });
  }

  abandon(job: Job): void {
    this.#abandoned.add(job);
  }
}

const anybody = {
  name: 'all',
  kind: 0,
  ratePerSecond: 0,
  service: null,
  patienceMs: Infinity,
  resends: 0,
  class: null,
  key: null,
  tellsPatience: false,
};

const msOf = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds * 1000;
