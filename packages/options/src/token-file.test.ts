import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { adminTokenOf, readTokenFile } from './token-file.ts';
import type { ValueSource } from './value-source.ts';

const untold: ValueSource = { from: 'default', where: '', literal: null };
const flag = (name: string): ValueSource => ({ from: 'flag', where: name, literal: '' });

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'token-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'token');
  writeFileSync(file, text);
  return file;
}

test('A file holds one token, with a line end or without', () => {
  expect(readTokenFile(fileWith('s3cret=\n'))).toBe('s3cret=');
  expect(() => readTokenFile(fileWith('\n'))).toThrow('it is empty');
  expect(() => readTokenFile(fileWith('two words'))).toThrow(/^it does not hold one token/);
  expect(() => readTokenFile(fileWith('two words'))).not.toThrow('two words');
});

test('A token on the command line goes before a file that a variable names', () => {
  const adminTokenFile = fileWith('filed');
  const both = { adminToken: 'typed', adminTokenFile };
  const sources = { adminToken: flag('--admin-token'), adminTokenFile: untold };
  expect(adminTokenOf({ config: both, sources }, '/')).toBe('typed');
  expect(adminTokenOf({ config: both, sources: { ...sources, adminToken: untold } }, '/')).toBe(
    'filed',
  );
  const neither = { adminToken: null, adminTokenFile: null };
  expect(adminTokenOf({ config: neither, sources }, '/')).toBeNull();
});

test('What is wrong with the file is told with its name and where that was given', () => {
  const sources = { adminToken: untold, adminTokenFile: flag('--admin-token-file') };
  const read = (adminTokenFile: string) =>
    adminTokenOf({ config: { adminToken: null, adminTokenFile }, sources }, tmpdir());
  expect(read('no-such-token')).toMatchObject({
    code: 'unreadable_file',
    source: 'flag --admin-token-file',
    message: 'cannot read no-such-token: ENOENT',
  });
  const empty = fileWith('');
  expect(read(empty)).toMatchObject({ code: 'invalid_value', message: `${empty}: it is empty` });
});
