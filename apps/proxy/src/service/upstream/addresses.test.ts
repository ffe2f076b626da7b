import { isIP } from 'node:net';
import { TimerWheel } from '@spillway/core';
import { ManualTime } from '@spillway/core/testing';
import { expect, test } from 'vitest';
import type { Address } from './address-order.ts';
import { Addresses } from './addresses.ts';

const refreshMs = 10_000;
const patienceMs = 500;
const at = (...addresses: string[]): Address[] =>
  addresses.map((address) => ({ address, family: isIP(address) }));

/** A name whose lookups are answered when the test says so. */
function setUp(hostname = 'backend.test') {
  const time = new ManualTime();
  const wheel = new TimerWheel(time);
  const pending: ((error: Error | null, found: Address[]) => void)[] = [];
  const told: string[] = [];
  let lookups = 0;
  const addresses = new Addresses(hostname, {
    lookup: (_hostname, done) => {
      lookups += 1;
      pending.push(done);
    },
    refreshMs,
    patienceMs,
    wheel,
  });
  addresses.listen({
    onAddressesChanged: ({ current }, before) => told.push(`${names(before)} -> ${names(current)}`),
    onRefreshFailed: (_addresses, error) => told.push(error.message),
  });
  return {
    time,
    wheel,
    addresses,
    told,
    lookups: () => lookups,
    find: (...found: string[]) => pending.shift()?.(null, at(...found)),
    fail: (why = 'ENOTFOUND') => pending.shift()?.(new Error(why), []),
    /** What somebody hears who asks, as it comes. */
    ask: () => {
      const heard: string[] = [];
      const asker = {
        onAddresses: (found: readonly Address[]) => void heard.push(names(found)),
        onLookupFailed: (error: Error) => void heard.push(error.message),
      };
      addresses.ask(asker);
      return { heard, asker };
    },
  };
}

const names = (addresses: readonly Address[]): string =>
  addresses.map(({ address }) => address).join(' ');

test('All who ask for a new name wait for one lookup', () => {
  const { ask, find, lookups, told } = setUp();
  const [one, other] = [ask(), ask()];
  expect([one.heard, other.heard]).toEqual([[], []]);
  find('10.0.0.1', '10.0.0.2');
  expect([one.heard, other.heard]).toEqual([['10.0.0.1 10.0.0.2'], ['10.0.0.2 10.0.0.1']]);
  expect(lookups()).toBe(1);
  expect(told).toEqual([' -> 10.0.0.1 10.0.0.2']);
});

test('Use looks it up again once it is due, without anybody waiting; without use nothing happens', () => {
  const { time, wheel, addresses, ask, find, lookups, told } = setUp();
  ask();
  find('10.0.0.1');
  time.advance(refreshMs - 1);
  addresses.use();
  expect(lookups()).toBe(1);
  time.advance(1);
  expect(lookups()).toBe(1);
  addresses.use();
  addresses.use();
  expect(lookups()).toBe(2);
  expect(ask().heard).toEqual(['10.0.0.1']);
  find('10.0.0.2');
  expect(ask().heard).toEqual(['10.0.0.2']);
  expect([addresses.has('10.0.0.1'), addresses.has('10.0.0.2')]).toEqual([false, true]);
  expect(told).toEqual([' -> 10.0.0.1', '10.0.0.1 -> 10.0.0.2']);
  expect(wheel.size).toBe(0);
});

test('The same addresses in another order are no change', () => {
  const { time, addresses, ask, find, told } = setUp();
  ask();
  find('10.0.0.1', '10.0.0.2');
  time.advance(refreshMs);
  addresses.use();
  find('10.0.0.2', '10.0.0.1');
  expect(told).toHaveLength(1);
});

test('After a long rest the old addresses are used only if the lookup is slow', () => {
  const { time, wheel, ask, find } = setUp();
  ask();
  find('10.0.0.1');
  time.advance(2 * refreshMs);
  const quick = ask();
  expect(quick.heard).toEqual([]);
  find('10.0.0.2');
  expect(quick.heard).toEqual(['10.0.0.2']);

  time.advance(2 * refreshMs);
  const slow = ask();
  time.advance(patienceMs - 10);
  expect(slow.heard).toEqual([]);
  time.advance(20);
  expect(slow.heard).toEqual(['10.0.0.2']);
  expect(ask().heard).toEqual(['10.0.0.2']);
  expect(wheel.size).toBe(0);
});

test('Lookups that fail leave the last addresses, are told of once and repeated each second', () => {
  const { time, addresses, ask, find, fail, lookups, told } = setUp();
  ask();
  find('10.0.0.1');
  time.advance(refreshMs);
  for (let i = 0; i < 3; i++) {
    expect(ask().heard).toEqual(['10.0.0.1']);
    fail();
    addresses.use();
    expect(lookups()).toBe(2 + i);
    time.advance(1000);
  }
  expect(told).toEqual([' -> 10.0.0.1', 'ENOTFOUND']);
  addresses.use();
  find('10.0.0.1');
  time.advance(refreshMs);
  addresses.use();
  fail('EAI_AGAIN');
  expect(told).toEqual([' -> 10.0.0.1', 'ENOTFOUND', 'EAI_AGAIN']);
});

test('A name that was never found is looked up for each who asks', () => {
  const { ask, find, fail } = setUp();
  const first = ask();
  fail();
  expect(first.heard).toEqual(['ENOTFOUND']);
  const second = ask();
  find();
  expect(second.heard).toEqual(['the name has no address']);
  const third = ask();
  find('10.0.0.1');
  expect(third.heard).toEqual(['10.0.0.1']);
});

test('Whoever gives up hears nothing and leaves no timer', () => {
  const { time, wheel, addresses, ask, find } = setUp();
  ask();
  find('10.0.0.1');
  time.advance(2 * refreshMs);
  const { heard, asker } = ask();
  expect(wheel.size).toBe(1);
  addresses.forget(asker);
  expect(wheel.size).toBe(0);
  find('10.0.0.2');
  expect(heard).toEqual([]);
});

test('When no connection stands the next use looks it up, at most once a second', () => {
  const { time, addresses, ask, find, lookups } = setUp();
  ask();
  find('10.0.0.1');
  addresses.doubt();
  addresses.use();
  expect(lookups()).toBe(1);
  time.advance(1000);
  expect(ask().heard).toEqual(['10.0.0.1']);
  expect(lookups()).toBe(2);
});

test('The family that connected is tried first until the next lookup', () => {
  const { time, addresses, ask, find } = setUp();
  ask();
  find('::1', '10.0.0.1');
  addresses.prefer(4);
  expect(ask().heard).toEqual(['10.0.0.1 ::1']);
  time.advance(refreshMs);
  addresses.use();
  find('::1', '10.0.0.1');
  expect(ask().heard).toEqual(['::1 10.0.0.1']);
});

test('A family of which nothing came goes behind the other, where there is one', () => {
  const { addresses, ask, find } = setUp();
  ask();
  find('::1', '10.0.0.1');
  addresses.avoid(6);
  expect(ask().heard).toEqual(['10.0.0.1 ::1']);
  addresses.avoid(4);
  expect(ask().heard).toEqual(['::1 10.0.0.1']);

  const { addresses: single, ...one } = setUp();
  one.ask();
  one.find('::1', '::2');
  single.avoid(6);
  expect(one.ask().heard).toEqual(['::2 ::1']);
});

test('An IP address is never looked up', () => {
  const { time, addresses, ask, lookups } = setUp('::1');
  addresses.doubt();
  time.advance(100 * refreshMs);
  expect(ask().heard).toEqual(['::1']);
  expect(lookups()).toBe(0);
});
