import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Lease } from '../lease-table.ts';
import { ManualTime } from '../testing.ts';
import { TimerWheel } from '../time/timer-wheel.ts';
import { Limiter } from './limiter.ts';
import { type Refusal, Waiter } from './wait-queue.ts';

/** What a client does from within onGrant. */
type Habit = 'keeps' | 'releases' | 'throws';

/** The reference: plain arrays, nothing shared with the limiter. */
interface Model {
  now: number;
  limit: number;
  maxQueue: number;
  nextId: number;
  held: number[];
  released: number[];
  queue: { id: number; habit: Habit; expiresAt: number }[];
  /** Everything that was told to clients, in order. */
  log: string[];
}

interface Real {
  time: ManualTime;
  wheel: TimerWheel;
  limiter: Limiter;
  leases: Map<number, Lease>;
  clients: Map<number, Waiter>;
  log: string[];
}

class Client extends Waiter {
  readonly #id: number;
  readonly #habit: Habit;
  readonly #real: Real;
  constructor(id: number, habit: Habit, real: Real) {
    super();
    this.#id = id;
    this.#habit = habit;
    this.#real = real;
  }
  onGrant(lease: Lease): void {
    this.#real.log.push(`${this.#id} granted`);
    this.#real.leases.set(this.#id, lease);
    if (this.#habit === 'throws') throw new Error('boom');
    if (this.#habit === 'releases') expect(this.#real.limiter.release(lease)).toBe(true);
  }
  onRefuse(reason: Refusal): void {
    this.#real.log.push(`${this.#id} ${reason}`);
  }
}

const grantInModel = (model: Model): void => {
  while (model.held.length < model.limit) {
    const head = model.queue.shift();
    if (head === undefined) return;
    model.log.push(`${head.id} granted`);
    (head.habit === 'keeps' ? model.held : model.released).push(head.id);
  }
};

const check = (model: Model, real: Real): void => {
  const { limiter, wheel, time } = real;
  expect(real.log).toEqual(model.log);
  expect([limiter.inFlight, limiter.queued]).toEqual([model.held.length, model.queue.length]);
  expect(limiter.available).toBe(Math.max(0, model.limit - model.held.length));
  expect(limiter.queued > 0 && limiter.available > 0).toBe(false);
  expect(wheel.size).toBe(model.queue.length);
  expect(time.pendingTimers).toBe(model.queue.length > 0 ? 1 : 0);
  const waiting = [...real.clients].filter(([, client]) => client.waiting).map(([id]) => id);
  expect(waiting).toEqual(model.queue.map(({ id }) => id));
};

type Command = fc.Command<Model, Real>;

/** A command whose two halves run one after the other; every invariant is checked after it. */
const command = (name: string, run: (model: Model, real: Real) => void): Command => ({
  check: () => true,
  run(model, real) {
    run(model, real);
    check(model, real);
  },
  toString: () => name,
});

const tryAcquire = command('tryAcquire', (model, real) => {
  const lease = real.limiter.tryAcquire();
  const granted = model.held.length < model.limit && model.queue.length === 0;
  expect(lease !== 0).toBe(granted);
  if (!granted) return;
  const id = model.nextId++;
  model.held.push(id);
  real.leases.set(id, lease);
});

const wait = (habit: Habit, timeoutMs: number): Command =>
  command(`wait(${habit}, ${timeoutMs})`, (model, real) => {
    const id = model.nextId++;
    const client = new Client(id, habit, real);
    const free = model.held.length < model.limit && model.queue.length === 0;
    // How good its estimates are is others' to test; here they are taken at their word.
    const inVain = model.queue.length > 0 && real.limiter.estimatedWaitMs(client) > timeoutMs;
    const accepted = free || (!inVain && model.queue.length < model.maxQueue);
    expect(real.limiter.wait(client, timeoutMs)).toBe(accepted);
    if (!accepted) return;
    real.clients.set(id, client);
    model.queue.push({ id, habit, expiresAt: model.now + timeoutMs });
    grantInModel(model);
  });

const pick = <T>(items: readonly T[], nth: number): T | undefined => items[nth % items.length];

const release = (nth: number): Command =>
  command(`release(${nth})`, (model, real) => {
    const id = pick(model.held, nth);
    if (id === undefined) return;
    model.held.splice(model.held.indexOf(id), 1);
    model.released.push(id);
    expect(real.limiter.release(real.leases.get(id)!)).toBe(true);
    grantInModel(model);
  });

const releaseAgain = (nth: number): Command =>
  command(`releaseAgain(${nth})`, (model, real) => {
    const id = pick(model.released, nth);
    if (id !== undefined) expect(real.limiter.release(real.leases.get(id)!)).toBe(false);
  });

const cancel = (nth: number): Command =>
  command(`cancel(${nth})`, (model, real) => {
    const entry = pick([...real.clients], nth);
    if (entry === undefined) return;
    const place = model.queue.findIndex(({ id }) => id === entry[0]);
    expect(real.limiter.cancel(entry[1])).toBe(place >= 0);
    if (place >= 0) model.queue.splice(place, 1);
  });

const advance = (ms: number): Command =>
  command(`advance(${ms})`, (model, real) => {
    real.time.advance(ms);
    model.now += ms;
    const late = model.queue.filter(({ expiresAt }) => expiresAt <= model.now);
    model.queue = model.queue.filter(({ expiresAt }) => expiresAt > model.now);
    // Sorting is stable: of those due at once, the first to have come is told first.
    late.sort((a, b) => a.expiresAt - b.expiresAt);
    for (const { id } of late) model.log.push(`${id} queue_timeout`);
  });

const setLimit = (limit: number): Command =>
  command(`setLimit(${limit})`, (model, real) => {
    real.limiter.setLimit(limit);
    model.limit = limit;
    grantInModel(model);
  });

const flush = command('flush', (model, real) => {
  expect(real.limiter.flush()).toBe(model.queue.length);
  for (const { id } of model.queue.splice(0)) model.log.push(`${id} flushed`);
});

const habits = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Habit>('keeps') },
  { weight: 1, arbitrary: fc.constantFrom<Habit>('releases', 'throws') },
);

const commands = fc.commands(
  [
    fc.constant(tryAcquire),
    fc.tuple(habits, fc.integer({ min: 1, max: 60 })).map(([habit, ms]) => wait(habit, ms)),
    fc.tuple(habits, fc.integer({ min: 1, max: 60 })).map(([habit, ms]) => wait(habit, ms)),
    fc.nat(20).map(release),
    fc.nat(20).map(releaseAgain),
    fc.nat(20).map(cancel),
    fc.nat(40).map(advance),
    fc.nat(5).map(setLimit),
    fc.constant(flush),
  ],
  { maxCommands: 80, size: '+1' },
);

it('the limiter equals its model in order, numbers and timers, and is at rest in the end', {
  timeout: 60_000,
}, () => {
  const property = fc.property(commands, fc.nat(4), fc.nat(4), (script, limit, maxQueue) => {
    let atEnd: { model: Model; real: Real } | undefined;
    fc.modelRun(() => {
      const time = new ManualTime();
      // Ticks of 1 ms and whole milliseconds: waiters expire at their very instant, as in the model.
      const wheel = new TimerWheel(time, { tickMs: 1, slots: 16 });
      const limiter = new Limiter({ limit, maxQueue, wheel });
      const clients = new Map<number, Waiter>();
      const model = { now: 0, limit, maxQueue, nextId: 1, held: [], released: [], queue: [] };
      atEnd = {
        model: { ...model, log: [] },
        real: { time, wheel, limiter, leases: new Map(), clients, log: [] },
      };
      return atEnd;
    }, script);
    const { model, real } = atEnd!;
    real.limiter.flush();
    for (const id of model.held) expect(real.limiter.release(real.leases.get(id)!)).toBe(true);
    expect([real.limiter.inFlight, real.limiter.queued, real.time.pendingTimers]).toEqual([
      0, 0, 0,
    ]);
    // Whoever was let into the line was told at most once; those that cancelled, never.
    const told = real.log.map((it) => it.split(' ')[0]);
    expect(new Set(told).size).toBe(told.length);
  });
  fc.assert(property, { seed: 2024, numRuns: 500 });
});

it('whatever the interleaving, the limit holds, the line is served in order and nobody is forgotten', async () => {
  const property = fc.asyncProperty(
    fc.scheduler(),
    fc.integer({ min: 1, max: 3 }),
    fc.array(fc.constantFrom('works', 'leaves'), { minLength: 1, maxLength: 12 }),
    async (scheduler, limit, plans) => {
      const time = new ManualTime();
      const limiter = new Limiter({ limit, maxQueue: 12, wheel: new TimerWheel(time) });
      const line: number[] = [];
      const servedFromLine: number[] = [];
      let working = 0;

      const work = async (lease: Lease, id: number): Promise<void> => {
        working++;
        expect(working).toBeLessThanOrEqual(limit);
        await scheduler.schedule(Promise.resolve(), `work ${id}`);
        working--;
        limiter.release(lease);
      };
      const request = async (plan: string, id: number): Promise<void> => {
        await scheduler.schedule(Promise.resolve(), `arrive ${id}`);
        const lease = limiter.tryAcquire();
        if (lease !== 0) return work(lease, id);
        await new Promise<void>((resolve) => {
          const waiter = new (class extends Waiter {
            onGrant(granted: Lease): void {
              servedFromLine.push(id);
              resolve(work(granted, id));
            }
            onRefuse(): void {
              resolve();
            }
          })();
          line.push(id);
          expect(limiter.wait(waiter, 1000)).toBe(true);
          if (plan !== 'leaves') return;
          scheduler.schedule(Promise.resolve(), `leave ${id}`).then(() => {
            if (!limiter.cancel(waiter)) return;
            line.splice(line.indexOf(id), 1);
            resolve();
          });
        });
      };
      const all = Promise.all(plans.map(request));
      await scheduler.waitAll();
      await all;
      expect([limiter.inFlight, limiter.queued, time.pendingTimers]).toEqual([0, 0, 0]);
      expect(servedFromLine).toEqual(line);
    },
  );
  await fc.assert(property, { seed: 99, numRuns: 200 });
});
