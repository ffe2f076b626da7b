import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findFaults, rooms } from './rooms.ts';

/** A folder with these files. */
function sourceOf(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'rooms-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

const map = { low: [], high: ['low'] };
const sound = {
  'low/one.ts': "import { two } from './two.ts';\nimport { join } from 'node:path';\n",
  'low/two.ts': "import { shared } from '../../../shared.ts';\n",
  'high/deep/a.ts': "import {\n  one,\n} from '../../low/one.ts';\n",
  'main.ts': "import './high/deep/a.ts';\n",
};

test('Imports of what is below are allowed, and main imports anything', () => {
  expect(findFaults(sourceOf(sound), map)).toEqual([]);
});

test.each([
  ['a value', "import { a } from '../high/deep/a.ts';"],
  ['a type', "import type { A } from '../high/deep/a.ts';"],
  ['several lines', "import {\n  a,\n  type A,\n} from '../high/deep/a.ts';"],
  ['what is handed on', "export * from '../high/deep/a.ts';"],
  ['only effects', "import '../high/deep/a.ts';"],
  ['at run time', "const { a } = await import('../high/deep/a.ts');"],
  ['the type of a module', "type A = import('../high/deep/a.ts').A;"],
])('An import that goes up is a fault: %s', (_name, text) => {
  expect(findFaults(sourceOf({ ...sound, 'low/two.ts': text }), map)).toEqual([
    'low/two.ts imports high/deep/a.ts: low may not import high',
  ]);
});

test('What the list allows and nobody does is a fault', () => {
  expect(findFaults(sourceOf({ ...sound, 'high/deep/a.ts': '' }), map)).toEqual([
    'high is said to import low, and does not',
  ]);
});

test('A list that allows what is above is a fault', () => {
  const upwards = { low: ['high'], high: ['low'] };
  expect(findFaults(sourceOf(sound), upwards)).toEqual([
    'low is said to import high, which is not below it',
  ]);
});

test('A room that the list does not have is a fault', () => {
  const files = { ...sound, 'other/b.ts': '', 'main.ts': "import './other/b.ts';" };
  expect(findFaults(sourceOf(files), map)).toEqual(['other is no room in the list']);
});

test('CONTRIBUTING.md has the same rooms in the same order, each with what it imports', () => {
  const text = readFileSync(new URL('../CONTRIBUTING.md', import.meta.url), 'utf8');
  const table = text.slice(text.indexOf('| Room |')).split('\n\n', 1)[0] as string;
  const told = table
    .split('\n')
    .slice(2)
    .map((row) => {
      const [, room = '', , imported = ''] = row.split('|').map((cell) => cell.trim());
      return [room.replaceAll('`', ''), imported.split(', ').filter((name) => name !== '')];
    });
  expect(told.reverse()).toEqual(Object.entries(rooms));
});
