import { describe, expect, it } from 'vitest';
import { defineOptions, option } from '../option-table.ts';
import { resolveOptions } from '../resolve-options.ts';
import { integer } from './integer.ts';
import { list } from './list.ts';
import { optional } from './optional.ts';
import { bearerToken, redacted } from './secret.ts';

describe('a bearer token', () => {
  it.each(['abc', 'a-b.c_d~e+f/g==', '0'])('may be %s', (text) => {
    expect(bearerToken().schema.parse(text)).toBe(text);
  });

  it.each(['', 'a b', 'a=b', 'ä', 'a\n', 'a:b', redacted])('is never %j', (text) => {
    expect(bearerToken().schema.safeParse(text).success).toBe(false);
  });

  it('is never shown, also where it is optional', () => {
    for (const kind of [bearerToken(), optional(bearerToken())]) {
      expect(kind.secret).toBe(true);
      expect(kind.format('s3cret')).toBe(redacted);
      expect(kind.toJson('s3cret')).toBe(redacted);
    }
    expect(optional(bearerToken()).format(null)).toBe('none');
  });
});

describe('a refused secret', () => {
  const table = defineOptions({
    environmentPrefix: 'SMALL_',
    ignoredVariables: [],
    defaultFile: 'none.json',
    presets: {},
    conflicts: [],
    options: {
      token: option({
        flag: '--token',
        kind: optional(bearerToken()),
        default: null,
        group: 'All',
        description: 'Opens the door',
      }),
    },
  });

  it.each([
    ['flag', 'flag --token'],
    ['environment', 'environment SMALL_TOKEN'],
    ['file', 'file small.json:3'],
  ] as const)('is not repeated in the message (from a %s)', (from, source) => {
    const where = { flag: '--token', environment: 'SMALL_TOKEN', file: 'small.json:3' }[from];
    const raw = 's3cret and more';
    const given = { raw, source: { from, where, literal: JSON.stringify(raw) } };
    const flags = { values: new Map([['token', given]]), config: null, preset: null, problems: [] };
    const resolution = resolveOptions(table, flags, { environment: {}, cwd: '/nonexistent' });
    expect(resolution).toMatchObject({ ok: false, problems: [{ code: 'invalid_value', source }] });
    expect(JSON.stringify(resolution)).toContain('must be letters');
    expect(JSON.stringify(resolution)).not.toContain('s3cret');
  });
});

describe('a list of secrets', () => {
  it('is one itself, and shows none of them', () => {
    const kind = list(bearerToken());
    expect(kind.secret).toBe(true);
    expect(kind.format(['s3cret', 'other'])).toBe('***,***');
    expect(kind.toJson(['s3cret'])).toEqual([redacted]);
    expect(list(integer()).secret).toBeUndefined();
  });
});
