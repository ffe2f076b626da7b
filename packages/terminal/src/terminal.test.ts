import { problem } from '@spillway/options';
import { expect, test } from 'vitest';
import { paint, problemReporter, wrapText } from './index.ts';

test('NO_COLOR is heeded, and a flag goes before it', () => {
  expect(paint('stdout', { NO_COLOR: '1' }).red('x')).toBe('x');
  expect(paint('stdout', { NO_COLOR: '1' }, true).red('x')).not.toBe('x');
  expect(paint('stdout', {}, false).red('x')).toBe('x');
});

test('all problems are reported at once, under the name of the program', () => {
  const lines: string[] = [];
  const report = problemReporter('proxy', 2);
  const two = [problem('conflict', 'flag --a', 'one'), problem('conflict', 'flag --b', 'two')];
  expect(report(two, { environment: { NO_COLOR: '1' }, err: (line) => lines.push(line) })).toBe(2);
  expect(lines).toEqual([
    'proxy: 2 problems with what was given',
    expect.stringContaining('one'),
    expect.stringContaining('two'),
  ]);
});

test('text is wrapped at words, and a longer word stands alone', () => {
  expect(wrapText('one two three', 8)).toBe('one two\n  three');
  expect(wrapText('a-very-long-word b', 8)).toBe('a-very-long-word\n  b');
});
