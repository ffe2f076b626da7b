import { seededRandom } from '@spillway/random';

// A prime length: any cut at a power of two lands elsewhere in the block, so bytes that were lost,
// repeated or swapped show.
const length = 1_048_573;
let block: Buffer | undefined;

function filledBlock(): Buffer {
  const random = seededRandom(0x5eed);
  const words = new Uint32Array(Math.ceil(length / 4)).map(() => random() * 2 ** 32);
  return Buffer.from(words.buffer, 0, length);
}

/** Bytes `offset` and on of the endless deterministic pattern: at most `most`, at least one, not copied. */
export function pattern(offset: number, most: number): Buffer {
  block ??= filledBlock();
  const start = offset % length;
  return block.subarray(start, Math.min(length, start + most));
}

/** The first `size` bytes of the pattern, in one buffer. */
export function patternBuffer(size: number): Buffer {
  const buffer = Buffer.allocUnsafe(size);
  for (let at = 0; at < size; ) at += pattern(at, size - at).copy(buffer, at);
  return buffer;
}
