import { describe, expect, it } from 'vitest';
import { addressRange, host, origin, target } from './network-kinds.ts';

describe('a host', () => {
  it.each([
    ['api.example.com', 'api.example.com'],
    ['my_service', 'my_service'],
    ['localhost', 'localhost'],
    ['10.0.0.5', '10.0.0.5'],
    ['::1', '::1'],
    ['[::1]', '::1'],
    ['fe80::1', 'fe80::1'],
  ])('%s is held as %s', (written, held) => {
    expect(host().schema.parse(written)).toBe(held);
  });

  it.each([
    '',
    ' ',
    'a b',
    'http://a',
    'a:80',
    '10.0.0.256',
    '1.2.3',
    '-a',
    'a..b',
    '[10.0.0.5]',
    'a/b',
    '[::1',
  ])('%j is none', (written) => {
    expect(host().schema.safeParse(written).success).toBe(false);
  });

  it('says where the rest belongs', () => {
    expect(host().explain?.('http://a')).toContain('--target');
    expect(host().explain?.('a:80')).toContain('port');
  });
});

describe('an origin', () => {
  it.each([
    ['http://a', 'http://a'],
    ['http://A:80/', 'http://a'],
    ['https://a:8443', 'https://a:8443'],
    ['http://[::1]:8000', 'http://[::1]:8000'],
  ])('%s is held as %s', (written, held) => {
    expect(origin().schema.parse(written)).toBe(held);
  });

  it.each([
    'a:80',
    'ftp://a',
    'http://',
    'http://a/path',
    'http://a/?q',
    'http://a/?',
    'http://a/#f',
    'http://user:secret@a',
    'http://@a',
    'http:a',
    'http://a:99999',
  ])('%s is none', (written) => {
    expect(origin().schema.safeParse(written).success).toBe(false);
  });

  it('says what was probably meant, and repeats no password', () => {
    expect(origin().explain?.('http://a/path')).toBe('write http://a alone');
    expect(origin().explain?.('a:80')).toBe('write http://a:80');
    expect(origin().explain?.('http://u:secret@a')).not.toContain('secret');
  });
});

describe('a target', () => {
  it.each([
    ['http://A:80/', 'http://a'],
    ['http://[::1]:8000', 'http://[::1]:8000'],
    ['http://a:8000/base/', 'http://a:8000/base'],
    ['https://a/v1/base', 'https://a/v1/base'],
    ['srv+http://_http._tcp.Api.internal', 'srv+http://_http._tcp.api.internal'],
    ['srv+https://api.internal/base', 'srv+https://api.internal/base'],
    ['unix:/run/app.sock', 'unix:/run/app.sock'],
    ['unix:/run/app.sock:/base/', 'unix:/run/app.sock:/base'],
    ['http://unix:/run/app.sock:/', 'unix:/run/app.sock'],
  ])('%s is held as %s', (written, held) => {
    expect(target().schema.parse(written)).toBe(held);
  });

  it.each([
    ...['a:80', 'ftp://a', 'http://', 'http://a/?q', 'http://a/base#f', 'http://user:secret@a'],
    ...['srv+http://a:80', 'srv+ftp://a', 'srv+http://[::1]', 'unix:app.sock', 'unix:'],
    `unix:/${'a'.repeat(120)}`,
  ])('%s is none', (written) => {
    expect(target().schema.safeParse(written).success).toBe(false);
  });

  it('says what was probably meant, and repeats no password', () => {
    expect(target().explain?.('http://a/base?q')).toContain('only http://a/base can be');
    expect(target().explain?.('a:80')).toBe('write http://a:80');
    expect(target().explain?.('srv+http://a:80')).toContain('leave it out');
    expect(target().explain?.('unix:app.sock')).toContain('write unix:/run/app.sock');
    expect(target().explain?.('http://u:secret@a')).not.toContain('secret');
  });
});

describe('an address range', () => {
  it.each(['10.0.0.0/8', '10.0.0.1', 'fd00::/8', '::1', '0.0.0.0/0', '::/128'])(
    '%s is one',
    (written) => {
      expect(addressRange().schema.parse(written)).toBe(written);
    },
  );

  it.each([
    '',
    'localhost',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10/8',
    '10.0.0.0/-1',
  ])('%j is none', (written) => {
    expect(addressRange().schema.safeParse(written).success).toBe(false);
  });
});
