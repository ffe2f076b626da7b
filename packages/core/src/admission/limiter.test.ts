import { describe, expect, it } from 'vitest';
import type { Lease } from '../lease-table.ts';
import { ManualTime } from '../testing.ts';
import { TimerWheel } from '../time/timer-wheel.ts';
import { Limiter } from './limiter.ts';
import type { LimiterHooks } from './limiter-options.ts';
import { type Refusal, Waiter } from './wait-queue.ts';

class Client extends Waiter {
  readonly events: string[] = [];
  readonly #told: (event: string) => void;
  lease: Lease = 0;

  constructor(told: (event: string) => void = () => {}) {
    super();
    this.#told = told;
  }
  onGrant(lease: Lease): void {
    this.lease = lease;
    this.events.push('granted');
    this.#told('granted');
  }
  onRefuse(reason: Refusal): void {
    this.events.push(reason);
    this.#told(reason);
  }
}

const setUp = (options: { limit?: number; maxQueue?: number; hooks?: LimiterHooks } = {}) => {
  const time = new ManualTime();
  const wheel = new TimerWheel(time);
  const limiter = new Limiter({ limit: 1, maxQueue: 2, wheel, ...options });
  const clients = (count: number) => {
    const waiting = Array.from({ length: count }, () => new Client());
    for (const client of waiting) limiter.wait(client, 1000);
    return waiting;
  };
  return { time, wheel, limiter, clients };
};

describe('Limiter', () => {
  it('grants up to its limit and then nothing', () => {
    const { limiter } = setUp({ limit: 2 });
    const leases = [limiter.tryAcquire(), limiter.tryAcquire(), limiter.tryAcquire()];
    expect(leases.map((lease) => lease !== 0)).toEqual([true, true, false]);
    expect([limiter.inFlight, limiter.available]).toEqual([2, 0]);
  });

  it('ignores a release that was made before, also when the slot is in use again', () => {
    const { limiter } = setUp({ limit: 1 });
    const first = limiter.tryAcquire();
    expect(limiter.release(first)).toBe(true);
    const second = limiter.tryAcquire();
    expect([limiter.release(first), limiter.release(0), limiter.inFlight]).toEqual([
      false,
      false,
      1,
    ]);
    expect(limiter.release(second)).toBe(true);
  });

  it('hands a released permit to the head of the queue, in order of arrival', () => {
    const { limiter, clients } = setUp();
    const lease = limiter.tryAcquire();
    const [a, b] = clients(2) as [Client, Client];
    limiter.release(lease);
    expect([a.events, b.events, limiter.inFlight, limiter.queued]).toEqual([['granted'], [], 1, 1]);
    limiter.release(a.lease);
    expect(b.events).toEqual(['granted']);
  });

  it('refuses at once when the queue is full, and leaves the waiter as it was', () => {
    const { limiter, clients, time } = setUp();
    limiter.tryAcquire();
    clients(2);
    const late = new Client();
    expect([limiter.wait(late, 1000), late.waiting, late.scheduled]).toEqual([false, false, false]);
    time.advance(5000);
    expect([late.events, limiter.queued]).toEqual([[], 0]);
  });

  it('grants at once to one that waits while there is capacity, even with no queue at all', () => {
    const { limiter, time } = setUp({ maxQueue: 0 });
    const [a, b] = [new Client(), new Client()];
    expect([limiter.wait(a, 1000), limiter.wait(b, 1000)]).toEqual([true, false]);
    expect([a.events, time.pendingTimers]).toEqual([['granted'], 0]);
  });

  it('refuses a waiter once its time is over, and no sooner', () => {
    const { limiter, clients, time } = setUp();
    limiter.tryAcquire();
    const [a] = clients(1) as [Client];
    time.advance(999);
    expect(a.events).toEqual([]);
    time.advance(11);
    expect([a.events, a.waiting, limiter.queued]).toEqual([['queue_timeout'], false, 0]);
  });

  it('waits without a timer when the time is infinite', () => {
    const { limiter, time } = setUp();
    const lease = limiter.tryAcquire();
    const client = new Client();
    limiter.wait(client, Infinity);
    expect(time.pendingTimers).toBe(0);
    time.advance(1e9);
    limiter.release(lease);
    expect(client.events).toEqual(['granted']);
  });

  it('wakes waiters when the limit is raised', () => {
    const { limiter, clients } = setUp();
    limiter.tryAcquire();
    const [a, b] = clients(2) as [Client, Client];
    limiter.setLimit(3);
    expect([a.events, b.events, limiter.inFlight]).toEqual([['granted'], ['granted'], 3]);
  });

  it('revokes nothing when the limit is lowered, and grants nothing until below it', () => {
    const { limiter, clients } = setUp({ limit: 3 });
    const leases = [limiter.tryAcquire(), limiter.tryAcquire(), limiter.tryAcquire()] as const;
    const [waiting] = clients(1) as [Client];
    limiter.setLimit(1);
    expect([limiter.inFlight, limiter.available]).toEqual([3, 0]);
    limiter.release(leases[0]);
    limiter.release(leases[1]);
    expect(waiting.events).toEqual([]);
    limiter.release(leases[2]);
    expect(waiting.events).toEqual(['granted']);
  });

  it('refuses all waiters when flushed, but not one that comes back meanwhile', () => {
    const { limiter } = setUp();
    limiter.tryAcquire();
    const again: Client = new Client((event) => {
      if (event === 'flushed' && again.events.length === 1) limiter.wait(again, 1000);
    });
    const other = new Client();
    limiter.wait(again, 1000);
    limiter.wait(other, 1000);
    expect([limiter.flush(), limiter.queued]).toEqual([2, 1]);
    expect([again.events, other.events, again.waiting]).toEqual([['flushed'], ['flushed'], true]);
  });

  it('cancels only waiters of its own, once', () => {
    const { limiter, clients, wheel } = setUp();
    const other = new Limiter({ limit: 1, maxQueue: 1, wheel });
    limiter.tryAcquire();
    const [a] = clients(1) as [Client];
    expect([other.cancel(a), limiter.cancel(a), limiter.cancel(a)]).toEqual([false, true, false]);
    expect([a.events, a.waiting, wheel.size]).toEqual([[], false, 0]);
  });

  it('refuses misuse with a RangeError that names the field', () => {
    const { limiter, wheel } = setUp();
    expect(() => new Limiter({ limit: -1, maxQueue: 0, wheel })).toThrow(/^limit must be/);
    expect(() => new Limiter({ limit: 1, maxQueue: Number.NaN, wheel })).toThrow(/^maxQueue/);
    expect(() => limiter.setLimit(1.5)).toThrow(RangeError);
    expect(() => limiter.wait(new Client(), Number.NaN)).toThrow(/^timeoutMs/);
    limiter.tryAcquire();
    const client = new Client();
    limiter.wait(client, 1000);
    expect(() => limiter.wait(client, 1000)).toThrow(RangeError);
    expect(limiter.queued).toBe(1);
  });
});

describe('Limiter call backs', () => {
  it('may release at once: a long queue drains in order and on a flat stack', () => {
    const { limiter } = setUp({ maxQueue: 50_000 });
    const lease = limiter.tryAcquire();
    const order: number[] = [];
    for (let i = 0; i < 50_000; i++) {
      const client: Client = new Client(() => {
        order.push(i);
        limiter.release(client.lease);
      });
      limiter.wait(client, 1000);
    }
    limiter.release(lease);
    expect([order.length, order.at(-1), limiter.inFlight]).toEqual([50_000, 49_999, 0]);
    expect(order.every((value, i) => value === i)).toBe(true);
  });

  it('may cancel the next, wait anew and change the limit', () => {
    const { limiter } = setUp({ maxQueue: 5 });
    const lease = limiter.tryAcquire();
    const next = new Client();
    const last = new Client();
    const again = new Client();
    const head = new Client(() => {
      limiter.cancel(next);
      limiter.wait(again, 1000);
      limiter.setLimit(2);
    });
    for (const client of [head, next, last]) limiter.wait(client, 1000);
    limiter.release(lease);
    expect([head, next, last, again].map((it) => it.events.join())).toEqual([
      'granted',
      '',
      'granted',
      '',
    ]);
    expect([limiter.inFlight, limiter.queued]).toEqual([2, 1]);
  });

  it('that throw lose their permit, and nobody else notices', () => {
    const errors: unknown[] = [];
    const { limiter } = setUp({ hooks: { onError: (error) => errors.push(error) } });
    const lease = limiter.tryAcquire();
    const faulty = new Client(() => {
      throw new Error('boom');
    });
    const next = new Client();
    limiter.wait(faulty, 1000);
    limiter.wait(next, 1000);
    expect(limiter.release(lease)).toBe(true);
    expect([next.events, limiter.inFlight, errors]).toEqual([['granted'], 1, [new Error('boom')]]);
    expect(limiter.release(faulty.lease)).toBe(false);
  });

  it('hear how long each waited, and hooks that throw disturb nothing', () => {
    const heard: string[] = [];
    const hear = (...words: unknown[]): never => {
      heard.push(words.join(' '));
      throw new Error('boom');
    };
    const { limiter, clients, time } = setUp({
      hooks: {
        onQueued: (queued) => hear('queued', queued),
        onGranted: (waitedMs) => hear('granted', waitedMs),
        onRefused: (reason, waitedMs) => hear(reason, waitedMs),
        onLimitChanged: (from, to) => hear('limit', from, to),
      },
    });
    const lease = limiter.tryAcquire();
    clients(2);
    time.advance(40);
    limiter.release(lease);
    time.advance(960);
    limiter.setLimit(2);
    expect(heard).toEqual([
      'queued 1',
      'queued 2',
      'granted 40',
      'queue_timeout 1000',
      'limit 1 2',
    ]);
  });
});

describe('Limiter, a waiter that comes back at once', () => {
  it('is told of with the time it had waited before', () => {
    const waits: number[] = [];
    const { limiter, time } = setUp({ hooks: { onGranted: (waitedMs) => waits.push(waitedMs) } });
    const lease = limiter.tryAcquire();
    const client = new Client(() => {
      if (client.events.length === 1) limiter.wait(client, 1000);
    });
    limiter.wait(client, 1000);
    time.advance(40);
    limiter.release(lease);
    expect(client.events).toEqual(['granted']);
    expect(waits).toEqual([40]);
  });
});

describe('Limiter, defects seen elsewhere', () => {
  it('a newcomer never gets the permit meant for the head (seen: a queued request refused as "bulkhead full")', () => {
    const { limiter } = setUp({ maxQueue: 1 });
    const lease = limiter.tryAcquire();
    let barged: Lease = 0;
    const bystander = new Client(() => {
      barged = limiter.tryAcquire();
    });
    limiter.wait(bystander, 1000);
    limiter.release(lease);
    expect([bystander.events, barged, limiter.tryAcquire()]).toEqual([['granted'], 0, 0]);
    // Neither while others still wait and a call back frees its own permit.
    const queued = new Client();
    limiter.wait(queued, 1000);
    limiter.release(bystander.lease);
    expect([queued.events, limiter.tryAcquire()]).toEqual([['granted'], 0]);
  });

  it('a newcomer gets nothing while others wait for a permit that is free for a moment (seen: barging)', () => {
    const { limiter } = setUp({ maxQueue: 3 });
    const lease = limiter.tryAcquire();
    let barged: Lease = -1;
    const head: Client = new Client(() => {
      limiter.release(head.lease);
      barged = limiter.tryAcquire();
    });
    const second = new Client();
    limiter.wait(head, 1000);
    limiter.wait(second, 1000);
    limiter.release(lease);
    expect([barged, second.events]).toEqual([0, ['granted']]);
  });

  it('a waiter that leaves frees its place at once (seen: aborted waiters kept their places)', () => {
    const { limiter, clients } = setUp();
    const lease = limiter.tryAcquire();
    const [a, b] = clients(2) as [Client, Client];
    limiter.cancel(a);
    expect([limiter.queued, limiter.wait(new Client(), 1000)]).toEqual([1, true]);
    limiter.release(lease);
    expect([a.events, b.events]).toEqual([[], ['granted']]);
  });

  it('time alone releases no permit (seen: released at the timeout while the work went on, four in flight at capacity 1)', () => {
    const { limiter, clients, time } = setUp();
    limiter.tryAcquire();
    for (let i = 0; i < 4; i++) {
      clients(2);
      time.advance(3_600_000);
    }
    expect([limiter.inFlight, limiter.tryAcquire()]).toEqual([1, 0]);
  });

  it('one timeout concerns one waiter (seen: a shared AbortController aborted an innocent call)', () => {
    const { limiter, time } = setUp();
    const lease = limiter.tryAcquire();
    const [hasty, patient] = [new Client(), new Client()];
    limiter.wait(hasty, 10);
    limiter.wait(patient, 1000);
    time.advance(500);
    limiter.release(lease);
    expect([hasty.events, patient.events]).toEqual([['queue_timeout'], ['granted']]);
  });
});
