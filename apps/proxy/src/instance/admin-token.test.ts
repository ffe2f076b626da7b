import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';
import { expect, test } from 'vitest';
import { AdminToken } from './admin-token.ts';

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

function fileWith(text: string): string {
  const file = join(temporaryDirectory(), 'token');
  writeFileSync(file, text);
  return file;
}
const fromFile = (file: string) => new AdminToken({ adminToken: null, adminTokenFile: file });

test('Without a token everybody may look', () => {
  const open = new AdminToken({ adminToken: null, adminTokenFile: null });
  expect(open.required).toBe(false);
  expect([open.admits(undefined), open.admits('Bearer x'), open.reload()]).toEqual([
    true,
    true,
    false,
  ]);
});

test.each([
  ['Bearer abc.DEF=', true],
  ['bearer   abc.DEF=', true],
  [basic('', 'abc.DEF='), true],
  [basic('anybody', 'abc.DEF='), true],
  [basic('anybody', 'abc.DEF=').replace('Basic', 'BASIC'), true],
  [undefined, false],
  ['', false],
  ['Bearer', false],
  ['Bearer ', false],
  ['abc.DEF=', false],
  ['Bearer abc.def=', false],
  ['Bearer abc.DEF', false],
  ['Bearer abc.DEF==', false],
  ['Bearer abc.DEF= abc.DEF=', false],
  ['Digest abc.DEF=', false],
  [basic('abc.DEF=', ''), false],
  [basic('', 'abc.DEF=:abc.DEF='), false],
  [`Basic ${Buffer.from('abc.DEF=').toString('base64')}`, false],
  ['Basic abc.DEF=', false],
])('%j is let in: %s', (authorization, admitted) => {
  const token = new AdminToken({ adminToken: 'abc.DEF=', adminTokenFile: null });
  expect(token.required).toBe(true);
  expect(token.admits(authorization)).toBe(admitted);
});

test('A file holds the token, with space around it or not', () => {
  const token = fromFile(fileWith(' abc \r\n'));
  expect(token.admits('Bearer abc')).toBe(true);
  expect(token.admits('Bearer abd')).toBe(false);
});

test('A file that changes counts once it is read again, and the old token no longer', () => {
  const file = fileWith('old');
  const token = fromFile(file);
  writeFileSync(file, 'new\n');
  expect(token.admits('Bearer new')).toBe(false);
  expect(token.reload()).toBe(true);
  expect([token.admits('Bearer new'), token.admits('Bearer old')]).toEqual([true, false]);
});

test('A file that went wrong leaves the old token in force', () => {
  const file = fileWith('old');
  const token = fromFile(file);
  writeFileSync(file, '');
  expect(() => token.reload()).toThrow('it is empty');
  expect(token.admits('Bearer old')).toBe(true);
  expect(token.admits(undefined)).toBe(false);
});

test.each([
  ['nothing', '', 'it is empty'],
  ['spaces', ' \n', 'it is empty'],
  ['two words', 's3cret one', 'does not hold one token'],
  ['two lines', 's3cret\none', 'does not hold one token'],
])('A file with %s is refused, and not shown', (_what, text, message) => {
  const file = fileWith(text);
  expect(() => fromFile(file)).toThrow(message);
  expect(() => fromFile(file)).not.toThrow('s3cret');
});

test('A file that is not there is refused', () => {
  expect(() => fromFile('/nonexistent/token')).toThrow('ENOENT');
});
