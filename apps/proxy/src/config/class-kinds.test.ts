import { list, optional, redacted, type ValueKind } from '@spillway/options';
import { describe, expect, it, test } from 'vitest';
import { classOfKey, classOfPath, fairnessKey, headerName, namedShare } from './class-kinds.ts';
import { proxyOptions } from './proxy-options.ts';

const read = <Value>(kind: ValueKind<Value>, text: string): Value =>
  kind.schema.parse(kind.fromText(text));
const takes = (kind: ValueKind<unknown>, text: string): boolean =>
  kind.schema.safeParse(kind.fromText(text)).success;

describe('a class and its share', () => {
  it.each([
    ['high=20%', { name: 'high', share: 0.2 }],
    [' low-1=0% ', { name: 'low-1', share: 0 }],
    ['A_b=100%', { name: 'A_b', share: 1 }],
    ['third=33.3333333%', { name: 'third', share: 0.333333333 }],
  ])('%j is read, and written so that it reads back', (text, value) => {
    const kind = namedShare();
    expect(read(kind, text)).toEqual(value);
    expect(read(kind, kind.format(value))).toEqual(value);
    expect(kind.schema.parse(kind.toJson(value))).toEqual(value);
  });

  it.each([
    ['high', null],
    ['=20%', null],
    ['high=20', 'a share ends with %'],
    ['high=0.2', 'a share ends with %'],
    ['high=101%', null],
    ['high=-1%', null],
    ['9=1%', null],
    ['a b=1%', null],
    ['high=20%=3%', null],
    ['default=20%', 'default is the class of all others'],
  ])('%j is refused', (text, remark) => {
    expect(takes(namedShare(), text)).toBe(false);
    expect(namedShare().explain?.(text)).toBe(remark);
  });
});

describe('the class of a path', () => {
  it.each([
    ['high=/checkout/', { name: 'high', value: '/checkout/' }],
    ['default=/a?b=c', { name: 'default', value: '/a?b=c' }],
  ])('%j is read, and written so that it reads back', (text, value) => {
    const kind = classOfPath();
    expect(read(kind, text)).toEqual(value);
    expect(kind.schema.parse(kind.toJson(value))).toEqual(value);
  });

  it.each([
    ['high=checkout', 'a path begins with /'],
    ['high=', null],
    ['/checkout', null],
    ['high=/a b', null],
  ])('%j is refused', (text, remark) => {
    expect(takes(classOfPath(), text)).toBe(false);
    expect(classOfPath().explain?.(text)).toBe(remark);
  });
});

describe('the class of a key', () => {
  const kind = classOfKey();

  it('is read with all that a key may hold', () => {
    expect(read(kind, 'high=s3cr=t/+==')).toEqual({ name: 'high', value: 's3cr=t/+==' });
  });

  it.each(['high', 'high=', '=key', 'high=a b', 'high=ä', `high=${redacted}`])(
    '%j is refused',
    (text) => expect(takes(kind, text)).toBe(false),
  );

  it('is never shown, also in a list', () => {
    const value = { name: 'high', value: 's3cret' };
    expect([kind.format(value), kind.toJson(value)]).toEqual(['high=***', 'high=***']);
    const several = list(kind);
    expect(several.secret).toBe(true);
    expect(several.format([value, value])).toBe('high=***,high=***');
    expect(several.toJson([value])).toEqual(['high=***']);
  });
});

describe('the name of a header field', () => {
  it('is in lower case in code, and reads back', () => {
    expect(read(headerName(), 'X-API-Key')).toBe('x-api-key');
    expect(headerName().schema.parse(headerName().toJson('x-api-key'))).toBe('x-api-key');
    expect(read(optional(headerName()), 'none')).toBeNull();
  });

  it.each(['', 'a b', 'a:', 'ä', 'a\n'])('is not %j', (text) => {
    expect(takes(headerName(), text)).toBe(false);
  });
});

describe('whose requests share alike', () => {
  it.each([
    ['address', 'address'],
    ['header:X-API-Key', 'x-api-key'],
    ['HEADER:a', 'a'],
  ])('%j is %j in code, and reads back', (text, value) => {
    const kind = fairnessKey();
    expect(read(kind, text)).toBe(value);
    expect(read(kind, kind.format(value))).toBe(value);
  });

  it.each([
    ['X-API-Key', 'write header:X-API-Key'],
    ['header:', null],
    ['header:a b', null],
    ['header:Address', null],
  ])('%j is refused', (text, remark) => {
    expect(takes(fairnessKey(), text)).toBe(false);
    expect(fairnessKey().explain?.(text)).toBe(remark);
  });
});

const entries = Object.entries(proxyOptions.options).filter(
  ([, { kind }]) => !(kind as { secret?: true }).secret && kind.placeholder !== '',
);

test.each(entries)('%s reads back what it writes, in flag, variable and file', (_, entry) => {
  const kind = entry.kind as ValueKind<unknown>;
  const values = [entry.default, entry.example].filter(
    (value) => value !== undefined && !(typeof value === 'object' && value && 'sameAs' in value),
  );
  for (const value of values) {
    expect(read(kind, kind.format(value))).toEqual(value);
    expect(kind.schema.parse(kind.toJson(value))).toEqual(value);
  }
});
