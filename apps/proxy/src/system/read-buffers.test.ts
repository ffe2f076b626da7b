import { expect, test } from 'vitest';
import { readBuffer, reader, readInto } from './read-buffers.ts';

const read = (socket: object, bytes: number) =>
  (readInto.callback as (this: object, bytes: number) => boolean).call(socket, bytes);

test('A reader sees what was read where it was read to', () => {
  const seen: Buffer[] = [];
  readBuffer.write('hello');
  read({ [reader]: { onBytes: (bytes: Buffer) => void seen.push(bytes) } }, 5);
  expect(seen.map(String)).toEqual(['hello']);
  expect(seen[0]?.buffer).toBe(readBuffer.buffer);
});

test('A socket without a reader gets its bytes through its stream, in memory of their own', () => {
  const pushed: Buffer[] = [];
  readBuffer.write('hello');
  read({ [reader]: null, push: (bytes: Buffer) => pushed.push(bytes) > 0 }, 5);
  readBuffer.write('other');
  expect(pushed.map(String)).toEqual(['hello']);
});
