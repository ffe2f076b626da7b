import { expect, test } from 'vitest';
import { bufferAfter, reader, readInto, sharedBuffer } from './read-buffers.ts';

const socketReading = (next: Buffer) => ({ [reader]: { onBytes: () => next } });

test('A buffer is for the socket whose read brought it, and a new socket begins with the shared one', () => {
  const own = bufferAfter(sharedBuffer, false, true);
  expect(own).not.toBe(sharedBuffer);
  readInto.callback.call(socketReading(own), 1, sharedBuffer);
  expect(readInto.buffer()).toBe(own);
  expect(readInto.buffer()).toBe(sharedBuffer);
});

test('A buffer grows while all of it is let go of, and is used again only then', () => {
  const own = bufferAfter(sharedBuffer, true, true);
  expect(own).toHaveLength(64 * 1024);
  const large = bufferAfter(own, false, true);
  expect(large).toHaveLength(128 * 1024);
  expect(bufferAfter(large, false, true)).toBe(large);
  // `own` is spare by now.
  expect(bufferAfter(large, true, true)).toBe(own);
  expect(bufferAfter(own, true, true)).not.toBe(own);
  expect(bufferAfter(own, true, false)).toBe(sharedBuffer);
  expect(bufferAfter(sharedBuffer, false, true)).not.toBe(own);
});
