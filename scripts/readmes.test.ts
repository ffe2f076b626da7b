import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const english = read('README.md');
const chinese = read('README.zh-CN.md');

/** What the reader is to type, without what is said about it. */
const commandsIn = (text: string): string[] =>
  [...text.matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap(([, block = '']) => block.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, ''))
    .filter((line) => line !== '');

const allOf = (text: string, what: RegExp): string[] => [...new Set(text.match(what) ?? [])].sort();

test('Both READMEs have the same commands', () => {
  expect(commandsIn(english).length).toBeGreaterThan(8);
  expect(commandsIn(chinese)).toEqual(commandsIn(english));
});

test('Both READMEs name the same flags and link to the same pages', () => {
  const flags = /--[a-z][a-z-]+/g;
  expect(allOf(chinese, flags)).toEqual(allOf(english, flags));
  const pages = /\]\((?!README)[^)#]+/g;
  expect(allOf(chinese, pages)).toEqual(allOf(english, pages));
});
