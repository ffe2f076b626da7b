import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Dated, Deadlines } from './deadlines.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());

interface Item extends Dated {
  readonly name: string;
}

function setUp() {
  const expired: string[] = [];
  const deadlines = new Deadlines<Item>(({ name }) => expired.push(name));
  const add = (name: string) => {
    const item = { name, deadline: performance.now() + 100, earlier: null, later: null };
    deadlines.add(item);
    return item;
  };
  return { deadlines, expired, add };
}

it('expires what is due, in order, with one timer for all', () => {
  const { expired, add } = setUp();
  add('a');
  vi.advanceTimersByTime(40);
  add('b');
  add('c');
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(59);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(expired).toEqual(['a']);
  vi.advanceTimersByTime(40);
  expect(expired).toEqual(['a', 'b', 'c']);
  expect(vi.getTimerCount()).toBe(0);
});

it('forgets what is removed, first, last or between', () => {
  const { deadlines, expired, add } = setUp();
  const items = ['a', 'b', 'c', 'd', 'e'].map(add);
  deadlines.remove(items[0]!);
  deadlines.remove(items[2]!);
  deadlines.remove(items[4]!);
  vi.advanceTimersByTime(100);
  expect(expired).toEqual(['b', 'd']);
});

it('takes up an item again', () => {
  const { deadlines, expired, add } = setUp();
  const item = add('a');
  deadlines.remove(item);
  vi.advanceTimersByTime(50);
  item.deadline = performance.now() + 100;
  deadlines.add(item);
  vi.advanceTimersByTime(99);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(expired).toEqual(['a']);
});
