import { problem } from '@spillway/options';
import { describe, expect, test } from 'vitest';
import { createProgram, paint, problemReporter, runArguments, wrapText } from './index.ts';

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

describe('a program', () => {
  function programOf(act: () => void) {
    const printed = { out: '', err: '' };
    const program = createProgram({
      name: 'small',
      description: 'A program.',
      usage: '[options]',
      version: '1.2.3',
      examples: '\nExamples:\n  small --much 3',
    });
    program
      .configureOutput({
        writeOut: (text) => {
          printed.out += text;
        },
        writeErr: (text) => {
          printed.err += text;
        },
      })
      .option('--much <n>', 'how much')
      .action(act);
    return { program, printed };
  }

  test('runs what is named', async () => {
    let runs = 0;
    const { program, printed } = programOf(() => runs++);
    expect(await runArguments(program, ['--much', '3'])).toBe(true);
    expect({ runs, printed }).toEqual({ runs: 1, printed: { out: '', err: '' } });
  });

  test('tells its version and its help, with examples at the end, and runs nothing', async () => {
    for (const [flag, text] of [
      ['-V', /^1\.2\.3\n$/],
      [
        '--help',
        /^Usage: small \[options\]\n\nA program\.\n[\s\S]*--much <n>[\s\S]*small --much 3\n$/,
      ],
    ] as const) {
      const { program, printed } = programOf(() => expect.unreachable());
      expect(await runArguments(program, [flag])).toBe(true);
      expect(printed.out).toMatch(text);
    }
  });

  test('says what cannot be used, and does not exit', async () => {
    const { program, printed } = programOf(() => expect.unreachable());
    expect(await runArguments(program, ['--mush'])).toBe(false);
    expect(printed.err).toMatch(/unknown option '--mush'/);
  });

  test('leaves mistakes of ours to the caller', async () => {
    const { program } = programOf(() => {
      throw new RangeError('ours');
    });
    await expect(runArguments(program, [])).rejects.toThrow(RangeError);
  });
});
