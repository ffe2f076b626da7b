import { expect, test } from 'vitest';
import { readBufferBytes } from './read-buffers.ts';
import { copyOf, giveBack } from './spare-memory.ts';

const large = Buffer.alloc(100_000, 'a');

test('A copy has the bytes of its time, whatever its memory had before', () => {
  const first = copyOf(large);
  giveBack(first);
  const second = copyOf(Buffer.alloc(50_000, 'b'));
  expect(second.buffer).toBe(first.buffer);
  expect(second.equals(Buffer.alloc(50_000, 'b'))).toBe(true);
  expect(copyOf(Buffer.from('few')).toString()).toBe('few');
});

test('What is given back twice is one piece of memory, not two', () => {
  const copy = copyOf(large);
  giveBack(copy);
  giveBack(copy);
  expect(copyOf(large).buffer).not.toBe(copyOf(large).buffer);
});

test('Memory of somebody else is not taken, even of the same size', () => {
  const foreign = Buffer.alloc(readBufferBytes);
  giveBack(foreign);
  expect(copyOf(large).buffer).not.toBe(foreign.buffer);
});
