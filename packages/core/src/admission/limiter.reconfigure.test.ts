import { beforeEach, expect, test } from 'vitest';
import type { Lease } from '../lease-table.ts';
import { ManualTime } from '../testing.ts';
import { TimerWheel } from '../time/timer-wheel.ts';
import type { PriorityClass } from './class-shares.ts';
import { Limiter } from './limiter.ts';
import { type RefusalReason, Waiter } from './wait-queue.ts';

const ordinary: PriorityClass = { reservedShare: 0, precedence: 0 };
const high: PriorityClass = { reservedShare: 0.5, precedence: 1 };
const same = (priority: number): number => priority;

let time: ManualTime;
let wheel: TimerWheel;
let told: string[];

beforeEach(() => {
  time = new ManualTime(1000);
  wheel = new TimerWheel(time);
  told = [];
});

const limiter = (options: Partial<ConstructorParameters<typeof Limiter>[0]> = {}): Limiter =>
  new Limiter({ limit: 2, maxQueue: 10, wheel, ...options });

/** One that says when it is served, and why not. */
class Named extends Waiter {
  readonly #name: string;

  constructor(name: string, priority: number) {
    super();
    this.#name = name;
    this.priority = priority;
  }

  override onGrant(): void {
    told.push(this.#name);
  }

  override onRefuse(reason: RefusalReason): void {
    told.push(`${this.#name} ${reason}`);
  }
}

const waiter = (name: string, priority = 0): Named => new Named(name, priority);

const take = (permits: Limiter): Lease[] => {
  const leases = [permits.tryAcquire(), permits.tryAcquire()];
  expect(leases.every((lease) => lease !== 0)).toBe(true);
  return leases;
};

test('A shorter queue turns nobody out, and takes nobody in until there is room', () => {
  const permits = limiter();
  const [first] = take(permits);
  for (const name of ['a', 'b', 'c']) permits.enqueue(waiter(name), 1000);
  permits.reconfigure({ maxQueue: 1 }, same);
  expect(permits.queued).toBe(3);
  expect(permits.enqueue(waiter('d'), 1000)).toBe('queue_full');
  permits.release(first as Lease);
  expect(told).toEqual(['a']);
});

test('Those who wait are served in the order in which they came, whatever the order was before', () => {
  const permits = limiter({ order: 'lifo' });
  const leases = take(permits);
  for (const name of ['a', 'b', 'c']) {
    permits.enqueue(waiter(name), 1000);
    time.advance(1);
  }
  permits.reconfigure({ maxQueue: 10, order: 'fifo' }, same);
  for (const lease of leases) permits.release(lease);
  expect(told).toEqual(['a', 'b']);
});

test('The time that each may wait goes on where it was', () => {
  const permits = limiter();
  take(permits);
  permits.enqueue(waiter('a'), 1000);
  time.advance(600);
  permits.reconfigure({ maxQueue: 10, order: 'lifo' }, same);
  time.advance(300);
  expect(told).toEqual([]);
  time.advance(200);
  expect(told).toEqual(['a queue_timeout']);
  expect(permits.queued).toBe(0);
});

test('Permits and waiters keep their class where it has another number, and fall to the ordinary one where it is gone', () => {
  const permits = limiter({ limit: 4, classes: [ordinary, high] });
  const held = [permits.tryAcquire({ ...noFlow, priority: 1 }), permits.tryAcquire(noFlow)];
  expect(permits.inFlightByClass).toEqual([1, 1]);
  const low: PriorityClass = { reservedShare: 0, precedence: 1 };
  permits.reconfigure(
    { maxQueue: 10, classes: [ordinary, low, { ...high, precedence: 2 }] },
    (priority) => (priority === 1 ? 2 : 0),
  );
  expect(permits.inFlightByClass).toEqual([1, 0, 1]);
  expect(permits.reservedByClass).toEqual([0, 0, 2]);
  permits.reconfigure({ maxQueue: 10 }, () => 0);
  expect(permits.inFlightByClass).toEqual([2]);
  for (const lease of held) expect(permits.release(lease)).toBe(true);
  expect(permits.inFlightByClass).toEqual([0]);
});

test('A waiter of a class that now goes first is served first', () => {
  const permits = limiter({ limit: 1, classes: [ordinary, { ...ordinary, precedence: -1 }] });
  const lease = permits.tryAcquire();
  permits.enqueue(waiter('ordinary'), 1000);
  permits.enqueue(waiter('named', 1), 1000);
  permits.reconfigure({ maxQueue: 10, classes: [ordinary, { ...ordinary, precedence: 1 }] }, same);
  permits.release(lease);
  expect(told).toEqual(['named']);
  expect(permits.queuedByClass).toEqual([1, 0]);
});

test('A key may be capped from now on, and what it holds stays', () => {
  const permits = limiter({ limit: 4 });
  const asker = { ...noFlow, flow: permits.flow('k') };
  const leases = [permits.tryAcquire(asker), permits.tryAcquire(asker)];
  permits.reconfigure({ maxQueue: 10, maxPerFlow: 1 }, same);
  expect(permits.tryAcquire(asker)).toBe(0);
  for (const lease of leases) permits.release(lease);
  expect(permits.tryAcquire(asker)).not.toBe(0);
});

test('While it is paused all wait, as far as there is room, and none is told that its wait is too long', () => {
  const permits = limiter({ maxQueue: 2, order: 'adaptive' });
  const busy = permits.tryAcquire();
  time.advance(500);
  permits.release(busy);
  permits.paused = true;
  expect(permits.tryAcquire()).toBe(0);
  expect(permits.enqueue(waiter('a'), 30_000)).toBeNull();
  time.advance(20_000);
  expect(permits.enqueue(waiter('b'), 1000)).toBeNull();
  expect(permits.enqueue(waiter('c'), 1000)).toBe('queue_full');
  time.advance(500);
  expect(told).toEqual([]);
  permits.paused = false;
  expect(told).toEqual(['a', 'b']);
  expect(permits.estimatedWaitMs()).toBe(0);
});

const noFlow = { deadline: Infinity, priority: 0, flow: null };

test('Those who wait are still of their class when two classes of one share change places', () => {
  const [one, other] = [
    { reservedShare: 0.2, precedence: 2 },
    { reservedShare: 0.2, precedence: 1 },
  ];
  const classes = [ordinary, one, other];
  const permits = limiter({ limit: 1, classes, order: 'fifo' });
  const held = permits.tryAcquire();
  permits.enqueue(waiter('was second, is first', 2), 1000);
  permits.enqueue(waiter('was first, is second', 1), 1000);
  const swapped = (priority: number) => (priority === 0 ? 0 : 3 - priority);
  permits.reconfigure({ maxQueue: 10, order: 'fifo', classes }, swapped);
  expect(permits.queuedByClass).toEqual([0, 1, 1]);
  permits.release(held);
  expect(told).toEqual(['was second, is first']);
});

test('A flow that the table has dropped stands in the order of now when its request comes back', () => {
  const permits = limiter({ limit: 1, order: 'lifo', maxFlows: 1 });
  const dropped = permits.flow('retrying');
  const asking = (name: string) => Object.assign(waiter(name), { flow: dropped });
  const first = permits.tryAcquire();
  const before = asking('before');
  permits.enqueue(before, 1000);
  permits.cancel(before);
  permits.release(first);
  permits.flow('another');
  permits.flow('a third');
  permits.reconfigure({ maxQueue: 10, order: 'fifo' }, same);
  const held = permits.tryAcquire();
  told = [];
  permits.enqueue(asking('a'), 1000);
  permits.enqueue(asking('b'), 1000);
  permits.release(held);
  expect(told).toEqual(['a']);
});
