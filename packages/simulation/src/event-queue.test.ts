import { seededRandom } from '@spillway/core/testing';
import { expect, it } from 'vitest';
import { EventQueue } from './event-queue.ts';

const drain = (queue: EventQueue): { atMs: number; turn: number }[] => {
  const all: { atMs: number; turn: number }[] = [];
  for (let event = queue.take(); event !== null; event = queue.take()) {
    all.push({ atMs: event.atMs, turn: event.turn });
  }
  return all;
};

it('gives events back by instant, and those of one instant in the order of scheduling', () => {
  const random = seededRandom(3);
  const queue = new EventQueue();
  const added: { atMs: number; turn: number }[] = [];
  const taken: { atMs: number; turn: number }[] = [];
  for (let i = 0; i < 5000; i++) {
    const { atMs, turn } = queue.add(Math.floor(random() * 40), () => {});
    added.push({ atMs, turn });
  }
  taken.push(...drain(queue));
  expect(taken).toEqual([...added].sort((a, b) => a.atMs - b.atMs || a.turn - b.turn));
});

it('stays in order when taking and adding alternate', () => {
  const random = seededRandom(4);
  const queue = new EventQueue();
  for (let i = 0; i < 50; i++) queue.add(random() * 100, () => {});
  let now = 0;
  for (let i = 0; i < 5000; i++) {
    const event = queue.take()!;
    expect(event.atMs).toBeGreaterThanOrEqual(now);
    now = event.atMs;
    queue.add(now + random() * 100, () => {});
  }
  expect(queue.size).toBe(50);
});

it('says that an empty queue has nothing next', () => {
  const queue = new EventQueue();
  expect([queue.take(), queue.nextAtMs]).toEqual([null, Infinity]);
});
