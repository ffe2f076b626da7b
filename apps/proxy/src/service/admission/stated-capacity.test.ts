import { ManualTime } from '@spillway/core/testing';
import { beforeEach, expect, test } from 'vitest';
import { believedMs, type MayState, StatedCapacity } from './stated-capacity.ts';

const [first, second] = [states(), states()];
let time: ManualTime;
let told: (number | null)[];
let stated: StatedCapacity<MayState>;

function states(): MayState {
  return { statedCapacity: Number.POSITIVE_INFINITY };
}

beforeEach(() => {
  time = new ManualTime();
  told = [];
  stated = new StatedCapacity(
    () => time.now(),
    (total) => told.push(total),
  );
});

test('Upstreams take together what they state, each by its latest word', () => {
  stated.hear(first, '8');
  stated.hear(second, ' 4 ');
  stated.hear(first, '6');
  expect(told).toEqual([8, 12, 10]);
});

test('Only a change is told', () => {
  for (let i = 0; i < 3; i++) stated.hear(first, '8');
  expect(told).toEqual([8]);
});

test.each(['', 'many', '-1', '1.5', '8, 8', '1e3', '0x10', '12345678901'])(
  'What is no whole number is nothing: "%s"',
  (word) => {
    stated.hear(first, word);
    expect(told).toEqual([]);
  },
);

test('It is believed for a while that an upstream does not repeat itself, and forgotten then', () => {
  stated.hear(first, '8');
  time.advance(believedMs - 1);
  stated.hear(first, undefined);
  expect(told).toEqual([8]);
  time.advance(1);
  stated.hear(first, undefined);
  expect(told).toEqual([8, null]);
});

test('Each knows what it states, until it is forgotten', () => {
  stated.hear(first, '8');
  expect(first.statedCapacity).toBe(8);
  time.advance(believedMs);
  stated.hear(first, undefined);
  expect(first.statedCapacity).toBe(Number.POSITIVE_INFINITY);
});

test('One that is not heard of any more is forgotten when another is', () => {
  stated.hear(first, '8');
  stated.hear(second, '4');
  time.advance(believedMs);
  stated.hear(second, '4');
  expect(told).toEqual([8, 12, 4]);
});
