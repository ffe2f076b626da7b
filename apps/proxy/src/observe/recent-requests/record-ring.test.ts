import { expect, it } from 'vitest';
import { RecordRing } from './record-ring.ts';

const put = (ring: RecordRing, ...ids: string[]) => {
  for (const id of ids) ring.take().method = id;
  return [...ring.newestFirst()].map((record) => record.method);
};

it('gives back the newest, in the reverse order of their coming', () => {
  const ring = new RecordRing(3);
  expect(put(ring)).toEqual([]);
  expect(put(ring, 'a', 'b')).toEqual(['b', 'a']);
  expect(put(ring, 'c')).toEqual(['c', 'b', 'a']);
  expect(put(ring, 'd')).toEqual(['d', 'c', 'b']);
  expect(put(ring, 'e', 'f', 'g', 'h')).toEqual(['h', 'g', 'f']);
  expect(put(new RecordRing(1), 'a', 'b')).toEqual(['b']);
});

it('makes no more records than it keeps, and none before it is needed', () => {
  const ring = new RecordRing(2);
  expect(ring.size).toBe(0);
  const made = new Set(Array.from({ length: 9 }, () => ring.take()));
  expect([made.size, ring.size]).toEqual([2, 2]);
});
