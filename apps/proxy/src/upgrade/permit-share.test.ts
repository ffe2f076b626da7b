import { type Lease, Limiter, PermitLimit, TimerWheel, Waiter } from '@spillway/core';
import { ManualTime, seededRandom } from '@spillway/core/testing';
import { expect, test } from 'vitest';
import { PermitShare } from './permit-share.ts';

const wheel = new TimerWheel(new ManualTime());

/** A process: requests come, wait, hold a permit and give it back. */
class Process {
  readonly permits: Limiter;
  readonly limit: PermitLimit;
  readonly share: PermitShare;
  readonly held: Lease[] = [];

  constructor(limit: number, maxQueue = 100) {
    this.permits = new Limiter({ limit, maxQueue, wheel });
    this.limit = new PermitLimit(this.permits);
    this.share = new PermitShare(this.limit, this.permits);
  }

  ask(): boolean {
    const lease = this.permits.tryAcquire();
    if (lease !== 0) {
      this.held.push(lease);
      return true;
    }
    return this.permits.wait(new Waiting(this.held), Infinity);
  }

  release(): void {
    const lease = this.held.shift();
    if (lease !== undefined) this.permits.release(lease);
  }
}

class Waiting extends Waiter {
  readonly #held: Lease[];
  constructor(held: Lease[]) {
    super();
    this.#held = held;
  }
  override onGrant(lease: Lease): void {
    this.#held.push(lease);
  }
  override onRefuse(): void {}
}

/** Processes in the order of their start, and the messages between them, in order for each pair and direction. */
class Chain {
  readonly processes: Process[];
  readonly #messages: (() => void)[][] = [];

  constructor(first: Process) {
    this.processes = [first];
  }

  upgradeTo(successor: Process): void {
    const before = this.processes.at(-1) as Process;
    const given = before.share.precede('half');
    successor.share.succeed(before.share.whole);
    this.#messages.push([() => successor.share.fromBefore(given, 0)], []);
    this.processes.push(successor);
  }

  /** The process looks what changes hands, and says so to its neighbours. */
  balance(index: number, idle = 0): void {
    const { processes } = this;
    const { toBefore, toAfter, wanted } = (processes[index] as Process).share.balance(idle);
    this.#messages[2 * index]?.push(() => processes[index + 1]?.share.fromBefore(toAfter, wanted));
    this.#messages[2 * index - 1]?.push(() => processes[index - 1]?.share.fromAfter(toBefore));
  }

  deliver(channel: number): void {
    this.#messages[channel]?.shift()?.();
  }

  settle(): void {
    for (let round = 0; round < 10; round++) {
      for (const channel of this.#messages) while (channel.length > 0) channel.shift()?.();
      for (const index of this.processes.keys()) this.balance(index);
    }
  }
}

test('What the old process does not need goes to the new one, and all of it when the old one is gone', () => {
  const { before, after, settle } = pairOf(10, 10);
  for (let i = 0; i < 4; i++) before.ask();
  settle();
  expect([before.permits.limit, after.permits.limit]).toEqual([4, 6]);
  before.release();
  settle();
  expect([before.permits.limit, after.permits.limit]).toEqual([3, 7]);
  after.share.beforeIsGone();
  expect(after.permits.limit).toBe(10);
});

test('The queue of the old process is served before the requests of the new one', () => {
  const { before, after, settle } = pairOf(2, 2);
  settle();
  expect(after.permits.limit).toBe(2);
  for (let i = 0; i < 2; i++) after.ask();
  before.ask();
  after.ask();
  settle();
  expect([before.held.length, after.held.length]).toEqual([0, 2]);
  after.release();
  settle();
  expect([before.held.length, after.held.length]).toEqual([1, 1]);
  before.release();
  settle();
  expect([before.held.length, after.held.length]).toEqual([0, 2]);
});

test('Where there is no queue the old process keeps permits for connections that are still open', () => {
  const before = new Process(8, 0);
  const chain = new Chain(before);
  chain.upgradeTo(new Process(8, 0));
  chain.balance(0, 5);
  expect(before.permits.limit).toBe(2);
  expect(before.ask()).toBe(true);
});

test('A new process with a lower limit gets nothing until the old one holds less than that', () => {
  const { before, after, settle } = pairOf(10, 4);
  for (let i = 0; i < 6; i++) before.ask();
  settle();
  expect(after.permits.limit).toBe(0);
  for (let i = 0; i < 3; i++) before.release();
  settle();
  expect(after.permits.limit).toBe(1);
});

test('A limit that is lowered in the new process holds for both, and for the queue of the old one', () => {
  const { before, after, settle } = pairOf(4, 4);
  for (let i = 0; i < 9; i++) before.ask();
  settle();
  after.limit.allow('tuner', 2);
  before.share.keepTo(2);
  for (let i = 0; i < 5; i++) after.ask();
  settle();
  expect([before.held.length, after.held.length]).toEqual([4, 0]);
  for (let done = 0; done < 3; done++) before.release();
  settle();
  expect([before.held.length, after.held.length]).toEqual([2, 0]);
  while (before.permits.queued > 0) {
    before.release();
    settle();
    expect(before.held.length + after.held.length).toBe(2);
  }
  for (let done = 0; done < 2; done++) before.release();
  settle();
  expect([before.held.length, after.held.length]).toEqual([0, 2]);
});

test('Where it is raised again, so is the share of the old process', () => {
  const { before } = pairOf(4, 4);
  for (let i = 0; i < 4; i++) before.ask();
  before.share.keepTo(1);
  for (let done = 0; done < 4; done++) before.release();
  before.ask();
  before.ask();
  expect(before.held.length).toBe(1);
  before.share.keepTo(4);
  expect(before.held.length).toBe(2);
});

test('A wish goes through a process that has nothing to give, and is fulfilled once', () => {
  const { before, after, chain, settle } = pairOf(3, 3);
  const youngest = new Process(3);
  settle();
  chain.upgradeTo(youngest);
  settle();
  for (let i = 0; i < 3; i++) youngest.ask();
  before.ask();
  settle();
  expect([before, after, youngest].map(({ held }) => held.length)).toEqual([0, 0, 3]);
  youngest.release();
  settle();
  expect([before, after, youngest].map(({ held }) => held.length)).toEqual([1, 0, 2]);
});

test('One that is wanted is given once', () => {
  const share = new Process(4).share;
  share.succeed(4);
  share.fromBefore(4, 1);
  expect(share.balance(0).toBefore).toBe(1);
  expect(share.balance(0).toBefore).toBe(0);
});

test('Once there is a new process the old one does not raise its limit', () => {
  const { before, after, settle } = pairOf(4, 4);
  for (let i = 0; i < 4; i++) before.ask();
  before.limit.allow('tuner', 20);
  settle();
  for (let i = 0; i < 9; i++) before.ask();
  settle();
  expect([before.held.length, after.permits.limit]).toEqual([4, 0]);
});

test('The old process has its limit back when the new one failed', () => {
  const { before, settle } = pairOf(10, 10);
  settle();
  expect(before.permits.limit).toBe(0);
  before.share.afterIsGone();
  expect(before.permits.limit).toBe(10);
});

test.each([1, 2, 3, 4, 5])(
  'Three processes never hold more than the limit, whenever messages arrive, and strand no permit (seed %i)',
  (seed) => {
    const next = seededRandom(seed);
    const below = (most: number) => Math.floor(next() * most);
    const limit = 1 + below(12);
    const chain = new Chain(new Process(limit));
    const { processes } = chain;
    for (let i = 0; i < limit; i++) processes[0]?.ask();
    // Permits change hands only where one process has much to do and another one little.
    const busy = [true, true, true];
    for (let step = 0; step < 5000; step++) {
      if (step === 100 || step === 1000) chain.upgradeTo(new Process(limit));
      if (below(40) === 0) busy[below(3)] = below(2) === 0;
      const index = below(processes.length);
      const process = processes[index] as Process;
      const act = below(10);
      const asks = busy[index] ? 5 : 1;
      if (act < asks && process.permits.queued < 20) process.ask();
      else if (act < 6) process.release();
      else if (act < 8) chain.balance(index, below(3));
      else for (let left = below(12); left > 0; left--) chain.deliver(below(4));
      const held = processes.reduce((sum, { permits }) => sum + permits.inFlight, 0);
      expect(held).toBeLessThanOrEqual(limit);
    }
    for (let rounds = 0; rounds < 200; rounds++) {
      for (const process of processes) while (process.held.length > 0) process.release();
      chain.settle();
    }
    expect(processes.map(({ permits }) => permits.queued)).toEqual([0, 0, 0]);
    expect(processes.map(({ permits }) => permits.limit)).toEqual([0, 0, limit]);
  },
);

function pairOf(limitBefore: number, limitAfter: number) {
  const [before, after] = [new Process(limitBefore), new Process(limitAfter)];
  const chain = new Chain(before);
  chain.upgradeTo(after);
  return { before, after, chain, settle: () => chain.settle() };
}
