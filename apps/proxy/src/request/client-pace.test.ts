import { TimerWheel } from '@spillway/core';
import { ManualTime } from '@spillway/core/testing';
import { expect, test } from 'vitest';
import { ClientPace, type LeastRates } from './client-pace.ts';

type Direction = 'sending' | 'reading';

/** Seconds until a client is too slow, and at what; null: it never is within five minutes. */
function secondsUntilTooSlow(
  least: LeastRates,
  /** What happens within a second. */
  each: (
    second: number,
    bytes: Record<Direction, number>,
    waitsFor: Record<Direction, boolean>,
  ) => void,
): [number, Direction] | null {
  const time = new ManualTime();
  const wheel = new TimerWheel(time);
  const client = {
    waitsFor: { sending: false, reading: false },
    bytes: { sending: 0, reading: 0 },
    found: null as Direction | null,
    onTooSlow(direction: Direction) {
      this.found = direction;
    },
  };
  const pace = new ClientPace(wheel, least, client);
  for (let second = 1; second <= 300; second++) {
    each(second, client.bytes, client.waitsFor);
    time.advance(1000);
    if (client.found !== null) {
      expect(pace.scheduled).toBe(false);
      return [second, client.found];
    }
  }
  pace.stop();
  expect(wheel.size).toBe(0);
  return null;
}

const least = { sending: 100, reading: 100 };

test('A client that sends or reads below the least rate is found once its time is over', () => {
  const at = (rate: number, direction: Direction) =>
    secondsUntilTooSlow(least, (_second, bytes, waitsFor) => {
      waitsFor[direction] = true;
      bytes[direction] += rate;
    });
  expect(at(99, 'sending')).toEqual([11, 'sending']);
  expect(at(100, 'sending')).toBeNull();
  expect(at(99, 'reading')).toEqual([31, 'reading']);
  expect(at(100, 'reading')).toBeNull();
});

test('Bytes in steps count as an even rate does', () => {
  const found = secondsUntilTooSlow(least, (second, bytes, waitsFor) => {
    waitsFor.reading = true;
    if (second % 15 === 0) bytes.reading += 1_500;
  });
  expect(found).toBeNull();
});

test('A quick start is no credit for a trickle behind it', () => {
  const found = secondsUntilTooSlow(least, (second, bytes, waitsFor) => {
    waitsFor.sending = true;
    bytes.sending += second === 2 ? 1_000_000 : 1;
  });
  expect(found).toEqual([22, 'sending']);
});

test('A client for which nobody waits may take its time', () => {
  const found = secondsUntilTooSlow(least, (second, _bytes, waitsFor) => {
    waitsFor.sending = second % 10 !== 0;
  });
  expect(found).toBeNull();
});

test('Without a least rate nothing is too slow', () => {
  const found = secondsUntilTooSlow({ sending: null, reading: 1 }, (_second, _bytes, waitsFor) => {
    waitsFor.sending = true;
  });
  expect(found).toBeNull();
});
