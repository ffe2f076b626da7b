import { expect, it } from 'vitest';
import { KeptText } from './kept-text.ts';

it('gives back the last text that was put in, whatever was there before', () => {
  const kept = new KeptText(1000);
  expect(String(kept)).toBe('');
  for (const length of [3, 32, 33, 63, 64, 65, 97, 500, 999, 1000, 70, 1, 0]) {
    const text = Array.from({ length }, (_, i) => String.fromCharCode(33 + ((i * 7) % 222))).join(
      '',
    );
    kept.set(text);
    expect(String(kept)).toBe(text);
  }
});

it('cuts what is longer, and marks it', () => {
  const kept = new KeptText(10);
  kept.set('0123456789');
  expect(String(kept)).toBe('0123456789');
  kept.set('0123456789x');
  expect(String(kept)).toBe('0123456...');
  kept.set('01234');
  expect(String(kept)).toBe('01234');
});
