import { describe, expect, it } from 'vitest';
import { formatSize, parseSize, size } from './size.ts';

describe('a size', () => {
  it.each([
    ['0', 0],
    ['1500', 1_500],
    ['64KiB', 65_536],
    ['64kib', 65_536],
    ['64kB', 64_000],
    ['64KB', 64_000],
    ['1MB', 1_000_000],
    ['1.5 MiB', 1_572_864],
    ['2GiB', 2_147_483_648],
    ['10B', 10],
    [65_536, 65_536],
  ])('%j is %d bytes', (written, bytes) => {
    expect(parseSize(written)).toBe(bytes);
    expect(size().schema.parse(written)).toBe(bytes);
  });

  it.each(['', 'big', '64K', '-1', '1TB', '0.5B', 1.5, -1, null, true])('%j is none', (written) => {
    expect(size().schema.safeParse(written).success).toBe(false);
  });

  it('keeps to its bounds', () => {
    const bounded = size({ minBytes: 1_024, maxBytes: 2_048 });
    expect(bounded.schema.safeParse('1023').success).toBe(false);
    expect(bounded.schema.safeParse('1KiB').success).toBe(true);
    expect(bounded.schema.safeParse('2049').success).toBe(false);
    expect(bounded.allowed).toBe('a size from 1KiB to 2KiB');
  });

  it.each([
    [0, '0B'],
    [1_500, '1500B'],
    [64_000, '64kB'],
    [65_536, '64KiB'],
    [1_000_000, '1MB'],
    [67_108_864, '64MiB'],
  ])('%d bytes are written %s and read back', (bytes, written) => {
    expect(formatSize(bytes)).toBe(written);
    expect(parseSize(written)).toBe(bytes);
  });
});
