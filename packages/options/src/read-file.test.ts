import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { resolveSmall } from '../test/small-table.ts';

const directory = mkdtempSync(join(tmpdir(), 'options-'));
afterAll(() => rmSync(directory, { recursive: true }));

const read = (text: string) => {
  writeFileSync(join(directory, 'small.json'), text);
  return resolveSmall([], {}, directory);
};
const problemsOf = (text: string) => {
  const resolution = read(text);
  return resolution.ok ? [] : resolution.problems;
};

describe('the file', () => {
  it('may be plain JSON, or have comments, trailing commas and a byte order mark', () => {
    expect(read('{"workers": 7, "name": ["ann"]}')).toMatchObject({
      resolved: { config: { workers: 7, names: ['ann'] } },
    });
    expect(read('\uFEFF// why\n{ /* so */ "workers": 7, "name": ["ann",],\n}')).toMatchObject({
      resolved: { config: { workers: 7 }, sources: { workers: { where: 'small.json:2' } } },
    });
  });

  it('may hold numbers for durations, null for none, and $schema', () => {
    expect(read('{"$schema": "x", "read_timeout": 1.5, "log_file": null}')).toMatchObject({
      resolved: { config: { readTimeoutMs: 1_500, logFile: null } },
    });
  });

  it.each([
    ['{\n  "workers": 1\n  "verbose": true\n}', 'file small.json:3:3', 'comma expected'],
    ['{\n  "workers": }', 'file small.json:2:14', 'value expected'],
    ['', 'file small.json:1:1', 'value expected'],
    ['[]', 'file small.json:1:1', 'the file must hold one object, { … }'],
    ['{} {}', 'file small.json:1:4', 'end of file expected'],
  ])('%j is reported once, with line and column', (text, source, message) => {
    expect(problemsOf(text)).toEqual([{ code: 'unparsable_file', source, message, nearest: null }]);
  });

  it('names line, key and literal of a refused value', () => {
    expect(problemsOf('{\r\n\r\n"workers": "7" }')).toMatchObject([
      {
        source: 'file small.json:3',
        message: 'workers must be a whole number from 1 to 64, not "7"',
      },
    ]);
    expect(problemsOf('{"workers": {"max": 7}, "verbose": [true]}')).toHaveLength(2);
  });

  it('must not give an option twice', () => {
    expect(problemsOf('{"workers": 1,\n"workers": 2}')).toMatchObject([
      { code: 'duplicate_key', source: 'file small.json:2' },
    ]);
  });

  it('has no keys that are flags or inherited by objects', () => {
    expect(problemsOf('{"--workers": 1, "read-timeout": 1, "constructor": 1}')).toMatchObject([
      { code: 'unknown_key', nearest: 'workers' },
      { code: 'unknown_key', nearest: 'read_timeout' },
      { code: 'unknown_key', nearest: null },
    ]);
  });
});

describe('a file that is named', () => {
  it('must be there and readable, and the default one need not', () => {
    mkdirSync(join(directory, 'folder'));
    const problem = (...argv: string[]) => {
      const resolution = resolveSmall(argv, {}, join(directory, 'folder'));
      return resolution.ok ? null : resolution.problems[0];
    };
    expect(problem()).toBeNull();
    expect(problem('--config', 'nope.json')).toMatchObject({
      code: 'unreadable_file',
      source: 'flag --config',
      message: 'cannot read nope.json: there is no such file',
    });
    expect(problem('--config', '.')?.message).toBe('cannot read .: it is a directory');
  });
});
