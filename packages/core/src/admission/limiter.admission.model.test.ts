import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Lease } from '../lease-table.ts';
import { ManualTime } from '../testing.ts';
import { TimerWheel } from '../time/timer-wheel.ts';
import { Limiter } from './limiter.ts';
import type { LimiterOptions } from './limiter-options.ts';
import { type RefusalReason, Waiter } from './wait-queue.ts';

const keys = [null, 'a', 'b', 'c'] as const;
/** Longer than room for shorter calls is kept: calls take at most 400 ms here, in a band up to 512. */
const headroomEndsMs = 20 * 512 + 2000;
const longestHoldMs = 100;

type Op =
  | { do: 'ask'; waits: boolean; key: number; priority: number; timeoutMs: number; leftMs: number }
  | { do: 'release' | 'releaseAgain' | 'cancel'; nth: number }
  | { do: 'abandon'; nth: number; holdMs: number }
  | { do: 'advance'; ms: number }
  | { do: 'setLimit'; limit: number }
  | { do: 'flush' };

interface Config {
  limit: number;
  maxQueue: number;
  order: 'fifo' | 'lifo' | 'adaptive';
  shares: number[];
  maxPerFlow: number;
}

/** Keeps its own account of everything, and checks each step against it. */
class World {
  readonly time = new ManualTime();
  readonly wheel = new TimerWheel(this.time, { tickMs: 1, slots: 16 });
  readonly limiter: Limiter;
  readonly config: Config;
  readonly held = new Map<Client, Lease>();
  readonly returned: Lease[] = [];
  readonly waiting = new Set<Client>();
  abandoned: { client: Client; until: number }[] = [];
  told = 0;
  /** What the checks within call backs found: the limiter contains it. */
  readonly failures: unknown[] = [];

  constructor(config: Config) {
    this.config = config;
    const { shares, ...rest } = config;
    const classes = shares.map((reservedShare, precedence) => ({ reservedShare, precedence }));
    const hooks = { onError: (error: unknown) => this.failures.push(error) };
    const options: LimiterOptions = { ...rest, classes, hooks, wheel: this.wheel };
    this.limiter = new Limiter(options);
  }

  get inFlight(): Client[] {
    return [...this.held.keys(), ...this.abandoned.map(({ client }) => client)];
  }

  run(op: Op): void {
    switch (op.do) {
      case 'ask':
        this.#ask(op);
        break;
      case 'release':
        this.release(nth([...this.held.keys()], op.nth));
        break;
      case 'releaseAgain': {
        const lease = nth(this.returned, op.nth);
        if (lease !== undefined) expect(this.limiter.release(lease)).toBe(false);
        break;
      }
      case 'abandon':
        this.#abandon(nth([...this.held.keys()], op.nth), op.holdMs);
        break;
      case 'cancel': {
        const client = nth([...this.waiting], op.nth);
        if (client === undefined) break;
        this.waiting.delete(client);
        expect([this.limiter.cancel(client), this.limiter.cancel(client)]).toEqual([true, false]);
        break;
      }
      case 'advance':
        this.advance(op.ms);
        break;
      case 'setLimit':
        this.limiter.setLimit(op.limit);
        break;
      case 'flush':
        expect(this.limiter.flush()).toBe(this.waiting.size + this.told);
        this.told = 0;
        break;
    }
    this.check();
  }

  advance(ms: number): void {
    // Step by step, so that the account of what is abandoned is as old as the limiter's.
    for (let i = 0; i < ms; i++) {
      const until = this.time.now() + 1;
      this.abandoned = this.abandoned.filter((it) => it.until > until);
      this.time.advance(1);
    }
  }

  release(client: Client | undefined): void {
    if (client === undefined) return;
    const lease = this.held.get(client)!;
    this.held.delete(client);
    this.returned.push(lease);
    expect(this.limiter.release(lease)).toBe(true);
  }

  /** To be called for each permit given, while the limiter gives it. */
  granted(client: Client, lease: Lease, waited: boolean): void {
    const sameClass = this.inFlight.filter((it) => it.priority === client.priority).length;
    const free = this.limiter.limit - this.inFlight.length;
    expect(free).toBeGreaterThan(0);
    expect(
      sameClass < this.reserved(client.priority) || free > this.keptFrom(client.priority),
    ).toBe(true);
    this.held.set(client, lease);
    if (!waited) return;
    expect(this.waiting.delete(client)).toBe(true);
    if (this.time.now() > client.arrivedAt)
      expect(client.deadline).toBeGreaterThan(this.time.now());
    const lane = [...this.waiting].filter(
      (it) => it.flow === client.flow && it.priority === client.priority,
    );
    if (this.config.order === 'fifo') {
      expect(lane.every((it) => it.id > client.id)).toBe(true);
    }
    if (this.config.order === 'lifo') expect(lane.every((it) => it.id < client.id)).toBe(true);
  }

  refused(client: Client, reason: RefusalReason): void {
    expect(this.waiting.delete(client)).toBe(true);
    if (reason === 'flushed') this.told++;
  }

  reserved(priority: number): number {
    return Math.floor(this.config.shares[priority]! * this.limiter.limit + 1e-9);
  }

  keptFrom(priority: number): number {
    let kept = 0;
    for (const [other] of this.config.shares.entries()) {
      const has = this.inFlight.filter((it) => it.priority === other).length;
      if (other !== priority) kept += Math.max(0, this.reserved(other) - has);
    }
    return kept;
  }

  check(): void {
    const { limiter, wheel, waiting } = this;
    if (this.failures.length > 0) throw this.failures[0];
    expect([limiter.inFlight, limiter.queued]).toEqual([this.inFlight.length, waiting.size]);
    expect(limiter.abandoned).toBe(this.abandoned.length);
    for (const [priority] of this.config.shares.entries()) {
      const count = (them: Client[]): number =>
        them.filter((it) => it.priority === priority).length;
      expect(limiter.inFlightByClass[priority]).toBe(count(this.inFlight));
      expect(limiter.queuedByClass[priority]).toBe(count([...waiting]));
    }
    expect(waiting.size).toBeLessThanOrEqual(this.config.maxQueue);
    for (const key of keys) {
      if (key === null) continue;
      const its = [...this.inFlight, ...waiting].filter((it) => it.flow?.key === key).length;
      expect(its).toBeLessThanOrEqual(this.config.maxPerFlow);
    }
    for (const client of waiting) expect(client.waiting).toBe(true);
    const timed = [...waiting].filter((it) => it.scheduled).length;
    const rechecks = wheel.size - timed - this.abandoned.length;
    const blocked = waiting.size > 0 && limiter.available > 0;
    if (blocked) expect(rechecks).toBe(1);
    else expect(rechecks).toBeLessThanOrEqual(waiting.size > 0 ? 1 : 0);
    if (this.config.shares.length === 1 && limiter.flows === 0) expect(blocked).toBe(false);
  }

  /** Nobody waits for a permit that is free and that it may have. */
  checkNobodyForgotten(): void {
    const free = this.limiter.available;
    for (const { priority } of this.waiting) {
      const sameClass = this.inFlight.filter((it) => it.priority === priority).length;
      const may =
        free > 0 && (sameClass < this.reserved(priority) || free > this.keptFrom(priority));
      expect(may).toBe(false);
    }
  }

  #ask(op: Op & { do: 'ask' }): void {
    const client = new Client(this);
    const key = keys[op.key]!;
    client.flow = key === null ? null : this.limiter.flow(key);
    client.priority = op.priority % this.config.shares.length;
    client.deadline = this.time.now() + op.leftMs;
    if (!op.waits) {
      const lease = this.limiter.tryAcquire(client);
      if (lease !== 0) this.granted(client, lease, false);
      return;
    }
    this.waiting.add(client);
    const before = this.waiting.size;
    const refusal = this.limiter.enqueue(client, op.timeoutMs);
    if (refusal === null) return;
    expect([client.waiting, this.waiting.size]).toEqual([false, before]);
    this.waiting.delete(client);
  }

  #abandon(client: Client | undefined, holdMs: number): void {
    if (client === undefined) return;
    const lease = this.held.get(client)!;
    this.held.delete(client);
    this.returned.push(lease);
    if (holdMs > 0) this.abandoned.push({ client, until: this.time.now() + holdMs });
    expect(this.limiter.abandon(lease, holdMs)).toBe(true);
    expect([this.limiter.abandon(lease, holdMs), this.limiter.release(lease)]).toEqual([
      false,
      false,
    ]);
  }
}

let lastId = 0;

class Client extends Waiter {
  readonly id = ++lastId;
  readonly arrivedAt: number;
  readonly #world: World;

  constructor(world: World) {
    super();
    this.#world = world;
    this.arrivedAt = world.time.now();
  }
  onGrant(lease: Lease): void {
    this.#world.granted(this, lease, true);
  }
  onRefuse(reason: RefusalReason): void {
    this.#world.refused(this, reason);
  }
}

const nth = <T>(items: readonly T[], n: number): T | undefined => items[n % items.length];

const ask: fc.Arbitrary<Op> = fc.record({
  do: fc.constant('ask' as const),
  waits: fc.boolean(),
  key: fc.nat(keys.length - 1),
  priority: fc.nat(2),
  timeoutMs: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constant(Infinity)),
  leftMs: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constant(Infinity)),
});

const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 6, arbitrary: ask },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('release' as const), nth: fc.nat(20) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('releaseAgain' as const, 'cancel' as const),
      nth: fc.nat(20),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('abandon' as const),
      nth: fc.nat(20),
      holdMs: fc.nat(longestHoldMs),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.nat(80) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('setLimit' as const), limit: fc.nat(6) }),
  },
  { weight: 1, arbitrary: fc.constant<Op>({ do: 'flush' }) },
);

const config: fc.Arbitrary<Config> = fc.record({
  limit: fc.nat(6),
  maxQueue: fc.nat(8),
  order: fc.constantFrom('fifo', 'lifo', 'adaptive'),
  shares: fc.constantFrom([0], [0, 0.3], [0.25, 0, 0.5]),
  maxPerFlow: fc.constantFrom(Infinity, 2, 4),
});

it('whatever is asked, in whichever order, class and name, the account is right and nobody is forgotten', {
  timeout: 60_000,
}, () => {
  const property = fc.property(config, fc.array(op, { maxLength: 120 }), (setting, script) => {
    const world = new World(setting);
    try {
      for (const step of script) world.run(step);
      // What is kept free for shorter calls is kept for a bounded time.
      world.advance(longestHoldMs);
      world.time.advance(headroomEndsMs);
      world.check();
      world.checkNobodyForgotten();
      world.limiter.flush();
      for (const client of [...world.held.keys()]) world.release(client);
    } finally {
      world.limiter.flush();
    }
    const { limiter, wheel, time } = world;
    expect([limiter.inFlight, limiter.queued, wheel.size, time.pendingTimers]).toEqual([
      0, 0, 0, 0,
    ]);
  });
  fc.assert(property, { seed: 2026, numRuns: 400 });
});
