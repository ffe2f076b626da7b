import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rules } from './rules/index.ts';

const page = readFileSync(new URL('../../../docs/diagnosis.md', import.meta.url), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| `'));

test('docs/diagnosis.md has a line for each rule, in the order of their list', () => {
  expect(rows.map((row) => /`([^`]+)`/.exec(row)?.[1])).toEqual(rules.map(({ name }) => name));
});
