import { describe, expect, it } from 'vitest';
import type { Lease } from '../lease-table.ts';
import { ManualTime } from '../testing.ts';
import { TimerWheel } from '../time/timer-wheel.ts';
import { Limiter } from './limiter.ts';
import type { LimiterOptions } from './limiter-options.ts';
import { type Asker, type RefusalReason, Waiter } from './wait-queue.ts';

class Client extends Waiter {
  readonly events: string[] = [];
  lease: Lease = 0;
  told: () => void = () => {};

  constructor(asker: Partial<Asker> = {}) {
    super();
    Object.assign(this, asker);
  }
  onGrant(lease: Lease): void {
    this.lease = lease;
    this.events.push('granted');
    this.told();
  }
  onRefuse(reason: RefusalReason): void {
    this.events.push(reason);
    this.told();
  }
}

const setUp = (options: Partial<LimiterOptions> = {}) => {
  const time = new ManualTime();
  const wheel = new TimerWheel(time, { tickMs: 1 });
  const limiter = new Limiter({ limit: 1, maxQueue: 10, wheel, ...options });
  const ask = (asker: Partial<Asker> = {}): Asker => ({
    ...{ deadline: Infinity, priority: 0, flow: null },
    ...asker,
  });
  /** Calls that took so long, one after the other, the next always waiting. */
  const serve = (times: number, serviceMs: number, asker: Partial<Asker> = {}): void => {
    const held = [limiter.tryAcquire(ask(asker))];
    for (let i = 1; i < times; i++) {
      const next = new Client(asker);
      limiter.enqueue(next, Infinity);
      time.advance(serviceMs);
      limiter.release(held.pop() as Lease);
      held.push(next.lease);
    }
    time.advance(serviceMs);
    limiter.release(held.pop() as Lease);
  };
  return { time, wheel, limiter, ask, serve };
};

describe('Deadlines', () => {
  it('refuse nobody while nothing is known of the service', () => {
    const { limiter, time } = setUp();
    limiter.tryAcquire();
    expect(limiter.enqueue(new Client({ deadline: time.now() + 1 }), 1000)).toBe(null);
  });

  it('refuse at arrival whoever cannot be served in time, and leave the waiter as it was', () => {
    const { limiter, time, serve } = setUp();
    serve(20, 100);
    limiter.tryAcquire();
    const [near, far] = [150, 350].map((ms) => new Client({ deadline: time.now() + ms })) as [
      Client,
      Client,
    ];
    expect(limiter.enqueue(near, Infinity)).toBe('deadline_unreachable');
    expect([near.waiting, near.scheduled, near.events]).toEqual([false, false, []]);
    expect(limiter.enqueue(far, Infinity)).toBe(null);
    const behind = new Client({ deadline: time.now() + 250 });
    expect(limiter.enqueue(behind, Infinity)).toBe('deadline_unreachable');
    expect(limiter.refusals.deadline_unreachable).toBe(2);
  });

  it('are not needed to refuse whoever would wait in vain for longer than its timeout', () => {
    const { limiter, serve } = setUp();
    serve(20, 100);
    limiter.tryAcquire();
    expect(limiter.enqueue(new Client(), 10)).toBe(null);
    expect(limiter.enqueue(new Client(), 150)).toBe('deadline_unreachable');
    expect(limiter.enqueue(new Client(), 250)).toBe(null);
    expect([limiter.queued, limiter.refusals.deadline_unreachable]).toEqual([2, 1]);
  });

  it('refuse at arrival what is past, known service or not', () => {
    const { limiter, time } = setUp();
    limiter.tryAcquire();
    time.advance(10);
    expect(limiter.enqueue(new Client({ deadline: 10 }), 1000)).toBe('deadline_unreachable');
  });

  it('are checked again at the head of the line, which goes on to the next', () => {
    const { limiter, time, serve } = setUp();
    serve(20, 100);
    const lease = limiter.tryAcquire();
    const late = new Client({ deadline: time.now() + 300 });
    const patient = new Client();
    limiter.enqueue(late, Infinity);
    limiter.enqueue(patient, Infinity);
    // As when the event loop was blocked: the timer had no chance to tell it.
    time.skip(250);
    limiter.release(lease);
    expect([late.events, patient.events]).toEqual([['deadline_unreachable'], ['granted']]);
  });

  it('make a waiter leave as soon as what is left is less than a service', () => {
    const { limiter, time, serve } = setUp();
    serve(20, 100);
    limiter.tryAcquire();
    const client = new Client({ deadline: time.now() + 300 });
    limiter.enqueue(client, 10_000);
    time.advance(199);
    expect(client.events).toEqual([]);
    time.advance(2);
    expect(client.events).toEqual(['deadline_unreachable']);
  });

  it('never keep anybody from a permit that is free: that is how it learns of better times', () => {
    const { limiter, time, serve } = setUp();
    serve(40, 5000);
    const client = new Client({ deadline: time.now() + 1000 });
    expect([limiter.enqueue(client, Infinity), client.events]).toEqual([null, ['granted']]);
    limiter.release(client.lease);
    const lease = limiter.tryAcquire(new Client({ deadline: time.now() + 1000 }));
    expect(lease).not.toBe(0);
  });

  it('notice a backend that hangs: the longer nothing moves, the longer the wait is', () => {
    const { limiter, time, serve } = setUp();
    serve(20, 100);
    limiter.tryAcquire();
    limiter.enqueue(new Client(), Infinity);
    expect(limiter.estimatedWaitMs()).toBeCloseTo(200);
    time.advance(10_000);
    expect(limiter.estimatedWaitMs()).toBeCloseTo(4000);
  });
});

describe('Abandoned permits', () => {
  it('count as in flight until the backend may be done, and come back once', () => {
    const { limiter, time, wheel } = setUp();
    const lease = limiter.tryAcquire();
    const next = new Client();
    limiter.enqueue(next, Infinity);
    expect(limiter.abandon(lease, 500)).toBe(true);
    expect([limiter.inFlight, limiter.abandoned]).toEqual([1, 1]);
    expect([limiter.release(lease), limiter.abandon(lease, 5)]).toEqual([false, false]);
    time.advance(499);
    expect(next.events).toEqual([]);
    time.advance(1);
    expect([next.events, limiter.inFlight, limiter.abandoned]).toEqual([['granted'], 1, 0]);
    limiter.release(next.lease);
    expect([limiter.inFlight, wheel.size]).toEqual([0, 0]);
  });

  it('come back at once when there is nothing to wait for', () => {
    const { limiter } = setUp();
    expect([limiter.abandon(limiter.tryAcquire(), 0), limiter.inFlight]).toEqual([true, 0]);
  });

  it('survive a flush and a lower limit', () => {
    const { limiter, time } = setUp({ limit: 2 });
    limiter.abandon(limiter.tryAcquire(), 100);
    limiter.abandon(limiter.tryAcquire(), 200);
    const waiter = new Client();
    limiter.enqueue(waiter, Infinity);
    expect([limiter.flush(), limiter.abandoned]).toEqual([1, 2]);
    limiter.setLimit(1);
    const next = new Client();
    limiter.enqueue(next, Infinity);
    time.advance(100);
    expect([next.events, limiter.inFlight]).toEqual([[], 1]);
    time.advance(100);
    expect([next.events, limiter.inFlight]).toEqual([['granted'], 1]);
  });

  it('teach nothing of the service, unless they took longer already', () => {
    const { limiter, time, serve } = setUp();
    serve(20, 100);
    for (let i = 0; i < 40; i++) limiter.abandon(limiter.tryAcquire(), 0);
    const lease = limiter.tryAcquire();
    // 100 to wait and 100 to be served; if they had taught, the latter were 0.
    const hopeless = new Client({ deadline: time.now() + 150 });
    expect(limiter.enqueue(hopeless, Infinity)).toBe('deadline_unreachable');
    limiter.release(lease);
  });

  it('are held for a finite time', () => {
    const { limiter } = setUp();
    const lease = limiter.tryAcquire();
    expect(() => limiter.abandon(lease, Infinity)).toThrow(/^holdMs/);
    expect(() => limiter.abandon(lease, -1)).toThrow(/^holdMs/);
    expect(limiter.release(lease)).toBe(true);
  });
});

describe('Keys and classes', () => {
  it('a key holds and awaits no more than its cap, and others do not notice', () => {
    const { limiter, ask } = setUp({ limit: 3, maxPerFlow: 2 });
    const [a, b] = [limiter.flow('a'), limiter.flow('b')];
    limiter.tryAcquire(ask({ flow: a }));
    limiter.tryAcquire(ask({ flow: a }));
    expect(limiter.tryAcquire(ask({ flow: a }))).toBe(0);
    expect(limiter.enqueue(new Client({ flow: a }), 1000)).toBe('key_limit');
    expect(limiter.tryAcquire(ask({ flow: b }))).not.toBe(0);
    expect(limiter.enqueue(new Client({ flow: b }), 1000)).toBe(null);
    expect(limiter.enqueue(new Client({ flow: b }), 1000)).toBe('key_limit');
    expect([limiter.refusals.key_limit, limiter.flows]).toEqual([2, 2]);
  });

  it('nobody in particular has no cap', () => {
    const { limiter } = setUp({ limit: 5, maxPerFlow: 1 });
    expect([limiter.tryAcquire(), limiter.tryAcquire()]).not.toContain(0);
  });

  it('a full line makes room for a key with fewer in it, by the last of the one with most', () => {
    const { limiter } = setUp({ maxQueue: 3 });
    limiter.tryAcquire();
    const hogs = [1, 2, 3].map(() => new Client({ flow: limiter.flow('hog') }));
    for (const it of hogs) limiter.enqueue(it, 1000);
    const other = new Client({ flow: limiter.flow('other') });
    expect(limiter.enqueue(other, 1000)).toBe(null);
    expect(hogs.map((it) => it.events.join())).toEqual(['', '', 'displaced']);
    const second = new Client({ flow: limiter.flow('other') });
    expect(limiter.enqueue(second, 1000)).toBe('queue_full');
    expect([limiter.queued, limiter.refusals.displaced]).toEqual([3, 1]);
  });

  it('one that comes back when displaced takes nobody else’s place', () => {
    const { limiter } = setUp({ maxQueue: 2 });
    limiter.tryAcquire();
    const hogs = [1, 2].map(() => new Client({ flow: limiter.flow('hog') })) as [Client, Client];
    for (const it of hogs) limiter.enqueue(it, 1000);
    let again: unknown;
    hogs[1].told = () => {
      again = limiter.enqueue(hogs[1], 1000);
    };
    const third = new Client({ flow: limiter.flow('other') });
    limiter.enqueue(third, 1000);
    expect([again, limiter.queued, third.waiting]).toEqual(['queue_full', 2, true]);
  });

  it('one of another key gets nothing either while others wait for a permit that is free for a moment', () => {
    const { limiter, ask } = setUp();
    const lease = limiter.tryAcquire(ask({ flow: limiter.flow('a') }));
    const [head, second] = [1, 2].map(() => new Client({ flow: limiter.flow('a') })) as [
      Client,
      Client,
    ];
    let barged: Lease = -1;
    head.told = () => {
      limiter.release(head.lease);
      barged = limiter.tryAcquire(ask({ flow: limiter.flow('b') }));
    };
    limiter.enqueue(head, 1000);
    limiter.enqueue(second, 1000);
    limiter.release(lease);
    expect([barged, second.events]).toEqual([0, ['granted']]);
  });

  it('a higher class displaces a lower one, down to its share of the places', () => {
    const classes = [
      { reservedShare: 0.5, precedence: 0 },
      { reservedShare: 0, precedence: 1 },
    ];
    const { limiter } = setUp({ limit: 2, maxQueue: 4, classes });
    limiter.tryAcquire();
    limiter.enqueue(new Client({ priority: 1 }), Infinity);
    const lows = [1, 2, 3, 4].map(() => new Client());
    for (const it of lows) limiter.enqueue(it, 1000);
    const results = [1, 2, 3].map(() => limiter.enqueue(new Client({ priority: 1 }), 1000));
    expect(results).toEqual([null, null, 'queue_full']);
    expect(lows.map((it) => it.events.join())).toEqual(['', '', 'displaced', 'displaced']);
  });

  it('what a class has reserved is left free for it, in flight and in line', () => {
    const classes = [
      { reservedShare: 0, precedence: 0 },
      { reservedShare: 0.5, precedence: 1 },
    ];
    const { limiter, ask } = setUp({ limit: 4, classes });
    const leases = [limiter.tryAcquire(), limiter.tryAcquire(), limiter.tryAcquire()];
    expect(leases.map((lease) => lease !== 0)).toEqual([true, true, false]);
    const low = new Client();
    limiter.enqueue(low, Infinity);
    expect([low.events, limiter.available]).toEqual([[], 2]);
    expect(limiter.tryAcquire(ask({ priority: 1 }))).not.toBe(0);
    expect([limiter.inFlightByClass, limiter.queuedByClass]).toEqual([
      [2, 1],
      [1, 0],
    ]);
    limiter.release(leases[0]!);
    expect(low.events).toEqual(['granted']);
    expect(() => limiter.tryAcquire(ask({ priority: 2 }))).toThrow(RangeError);
  });

  it('permits taken before the first name is heard count as well', () => {
    const { limiter, ask } = setUp({ limit: 3 });
    const first = limiter.tryAcquire();
    const second = limiter.tryAcquire(ask({ flow: limiter.flow('a') }));
    expect(limiter.inFlightByClass).toEqual([2]);
    limiter.release(first);
    limiter.release(second);
    expect([limiter.inFlightByClass, limiter.inFlight]).toEqual([[0], 0]);
  });
});

describe('Headroom', () => {
  const withBoth = () => {
    const world = setUp({ limit: 4 });
    const { limiter, serve } = world;
    const [slow, fast] = [limiter.flow('slow'), limiter.flow('fast')];
    serve(8, 1000, { flow: slow });
    serve(100, 10, { flow: fast });
    return { ...world, slow, fast };
  };

  it('makes long calls leave a permit for short ones that came lately', () => {
    const { limiter, ask, slow, fast } = withBoth();
    const got = [1, 2, 3, 4].map(() => limiter.tryAcquire(ask({ flow: slow })) !== 0);
    expect(got.filter((it) => it).length).toBeLessThan(4);
    expect(limiter.tryAcquire(ask({ flow: fast }))).not.toBe(0);
  });

  it('ends some time after the last short call, and whoever waited for that is woken', () => {
    const { limiter, time, wheel, slow } = withBoth();
    const waiters = [1, 2, 3, 4].map(() => new Client({ flow: slow }));
    for (const it of waiters) limiter.enqueue(it, Infinity);
    expect(limiter.queued).toBeGreaterThan(0);
    expect(limiter.available).toBeGreaterThan(0);
    time.advance(2200);
    expect(waiters.map((it) => it.events.join())).toEqual(Array(4).fill('granted'));
    expect([limiter.queued, wheel.size]).toEqual([0, 0]);
  });

  it('leaves no timer behind when the last waiter goes', () => {
    const { limiter, wheel, slow } = withBoth();
    const waiters = [1, 2, 3, 4].map(() => new Client({ flow: slow }));
    for (const it of waiters) limiter.enqueue(it, Infinity);
    expect(wheel.size).toBe(1);
    for (const it of waiters) limiter.cancel(it);
    expect(wheel.size).toBe(0);
  });
});

describe('Adaptive order', () => {
  it('tells nobody to go from a line of patient clients who come again when served', () => {
    const { limiter, time } = setUp({ limit: 20, maxQueue: 100, order: 'adaptive' });
    const busy: Client[] = [];
    const clients = Array.from({ length: 100 }, () => new Client());
    for (const client of clients) {
      client.told = () => busy.push(client);
      limiter.enqueue(client, Infinity);
    }
    for (let i = 0; i < 20_000; i++) {
      time.advance(2.5);
      const done = busy.shift() as Client;
      limiter.release(done.lease);
      limiter.enqueue(done, Infinity);
    }
    expect([limiter.orderInForce, limiter.refusals.overloaded]).toEqual(['fifo', 0]);
  });

  it('works off a burst in order of arrival', () => {
    const { limiter, time } = setUp({ limit: 20, maxQueue: 200, order: 'adaptive' });
    const busy: Client[] = [];
    const clients = Array.from({ length: 200 }, () => new Client());
    for (const client of clients) {
      client.told = () => busy.push(client);
      limiter.enqueue(client, Infinity);
    }
    for (const client of clients) {
      time.advance(2.5);
      expect(busy.shift()).toBe(client);
      limiter.release(client.lease);
    }
    expect([limiter.inFlight, limiter.refusals.overloaded]).toEqual([0, 0]);
  });
});
