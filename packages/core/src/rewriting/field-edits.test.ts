import { expect, it } from 'vitest';
import { fieldEditFaults } from './field-edit-faults.ts';
import { FieldEdits, type FieldEditsOptions } from './field-edits.ts';

const edited = (edits: FieldEditsOptions, ...fields: string[]) => {
  new FieldEdits(edits).apply(fields);
  return fields;
};

it('removes every field of a name, whatever its case, and keeps the order of the others', () => {
  const fields = ['Host', 'a', 'X-A', '1', 'B', '2', 'x-a', '3', 'B', '4'];
  expect(edited({ remove: ['x-A'] }, ...fields)).toEqual(['Host', 'a', 'B', '2', 'B', '4']);
});

it('sets a field to one value, whether it was there or not', () => {
  const set = { 'X-A': '9', 'X-B': '8' };
  expect(edited({ set }, 'x-a', '1', 'c', '2', 'x-a', '3')).toEqual([
    ...['c', '2', 'X-A', '9', 'X-B', '8'],
  ]);
});

it('adds a field beside those that are there, also after removing them', () => {
  expect(edited({ add: { 'x-a': '2' } }, 'X-A', '1')).toEqual(['X-A', '1', 'x-a', '2']);
  const replaced = edited({ remove: ['x-a'], add: { 'x-a': '2' } }, 'X-A', '1', 'X-A', '1');
  expect(replaced).toEqual(['x-a', '2']);
});

it('leaves fields as they are with nothing to do', () => {
  expect(edited({}, 'A', '1', 'a', '2')).toEqual(['A', '1', 'a', '2']);
});

it.each<FieldEditsOptions>([
  { remove: ['Server', 'X-Powered-By'] },
  { set: { 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains' } },
  { add: { 'Set-Cookie': 'a="b c"', vary: 'Accept\t, \xe9' } },
  { remove: ['a'], add: { a: 'b' } },
  {},
])('accepts %j', (edits) => {
  expect(fieldEditFaults(edits)).toEqual([]);
});

it.each<[FieldEditsOptions, string]>([
  [{ remove: ['Content-Length'] }, 'ends'],
  [{ set: { 'transfer-encoding': 'chunked' } }, 'ends'],
  [{ add: { Trailer: 'x' } }, 'ends'],
  [{ set: { Connection: 'close' } }, 'one connection'],
  [{ remove: ['UPGRADE'] }, 'one connection'],
  [{ set: { Host: 'a' } }, 'written by the proxy'],
  [{ remove: ['Via'] }, 'written by the proxy'],
  [{ set: { Proxy: 'http://a' } }, 'HTTP_PROXY'],
  [{ set: { 'a b': 'c' } }, 'name'],
  [{ remove: [''] }, 'name'],
  [{ set: { a: 'b\r\nc: d' } }, 'value'],
  [{ set: { a: '' } }, 'value'],
  [{ add: { a: ' b' } }, 'value'],
  [{ add: { a: '€' } }, 'value'],
  [{ set: { a: 'b', A: 'c' } }, 'twice'],
  [{ set: { a: 'b' }, remove: ['A'] }, 'both'],
])('refuses %j', (edits, problem) => {
  const faults = fieldEditFaults(edits);
  expect(faults).toHaveLength(1);
  expect(faults[0]?.problem).toContain(problem);
});
