import { readBufferBytes } from './read-buffers.ts';

/** Below this the usual allocation is as cheap. */
const leastBytes = 16 * 1024;
const mostSpare = 32;
const spare: Buffer[] = [];
/** Given, and not taken back: nothing else is, and nothing twice. */
const given = new WeakSet<ArrayBufferLike>();

/**
 * A copy of what was read, in memory that another copy has used before: new memory of this size costs a fault of each page
 * and a collection soon, together more than the copy. Whoever takes it gives it back when nobody reads it any more; where
 * that is not known, never.
 */
export function copyOf(bytes: Buffer): Buffer {
  if (bytes.length < leastBytes || bytes.length > readBufferBytes) return Buffer.from(bytes);
  const block = spare.pop() ?? Buffer.allocUnsafeSlow(readBufferBytes);
  given.add(block.buffer);
  bytes.copy(block);
  return block.subarray(0, bytes.length);
}

/** Takes back what `copyOf` gave, or leaves alone what is something else. */
export function giveBack(copy: Buffer): void {
  const { buffer } = copy;
  if (given.delete(buffer) && spare.length < mostSpare) spare.push(Buffer.from(buffer));
}
