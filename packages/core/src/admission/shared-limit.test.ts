import { expect, test } from 'vitest';
import { ManualTime } from '../testing.ts';
import { TimerWheel } from '../time/timer-wheel.ts';
import { Limiter } from './limiter.ts';
import { Waiter } from './wait-queue.ts';

class Caller extends Waiter {
  lease = 0;
  onGrant(lease: number): void {
    this.lease = lease;
  }
  onRefuse(): void {}
}

test('While others have the limit for a time, nobody is refused because the line stands still', () => {
  const time = new ManualTime();
  const permits = new Limiter({ limit: 1, maxQueue: 200, wheel: new TimerWheel(time) });
  const callers: Caller[] = [];
  const ask = () => {
    const caller = new Caller();
    callers.push(caller);
    return permits.enqueue(caller, 30_000);
  };
  for (let i = 0; i < 120; i++) ask();
  // Its pace is known: one in 10 ms.
  for (const caller of callers.slice(0, 20)) {
    time.advance(10);
    permits.release(caller.lease);
  }
  permits.setLimit(0, 1);
  permits.release((callers[20] as Caller).lease);
  time.advance(5000);
  expect(ask()).toBe(null);
  permits.setLimit(1, 1);
  expect([permits.inFlight, ask()]).toEqual([1, null]);
});
