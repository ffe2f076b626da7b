import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAge } from './clock.ts';
import { cell, cutLine, cutStart, cutText, lineWidth, spread, textWidth, wrapText } from './fit.ts';
import { asciiGlyphs, speaksUnicode, toAscii, unicodeGlyphs } from './glyphs.ts';
import { bar, range, sparkline } from './pictures.ts';
import { plainText, span } from './span.ts';

describe('a span', () => {
  it.each([
    ['\x1b[31mred', '\\x1b[31mred'],
    ['a\r\nb\tc', 'a\\x0d\\x0ab\\x09c'],
    ['\u009b2J', '\\x9b2J'],
    ['safe\u202egnp', 'safe\\u{202e}gnp'],
    ['a\u2028b\u200b\ufe0f', 'a\\u{2028}b\\u{200b}\\u{fe0f}'],
    ['\ud800', '\\u{d800}'],
    ['grüße 你好', 'grüße 你好'],
  ])('of %j shows %s', (text, shown) => {
    expect(span(text).text).toBe(shown);
  });
});

describe('fitting', () => {
  it('cuts at whole glyphs and says that it did', () => {
    expect(cutText('abcdef', 4)).toBe('abc…');
    expect(cutText('你好世界', 5)).toBe('你好…');
    expect(cutText('abc', 3)).toBe('abc');
    expect(cutText('abc', 0)).toBe('');
    expect(cutStart('abcdef', 4)).toBe('…def');
    expect(cutStart('你好世界', 5)).toBe('…世界');
    expect(cutStart('abc', 3)).toBe('abc');
    expect(cutStart('abc', 0)).toBe('');
  });

  it('fills cells to their width, and never beyond', () => {
    expect(cell('7', 3, { align: 'right' }).text).toBe('  7');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, width) => {
        expect(textWidth(cell(text, width).text)).toBe(width);
      }),
    );
  });

  it('lets the left side of a row give way', () => {
    const line = spread([span('a long address')], [span('live')], 12);
    expect(plainText(line)).toBe('a long… live');
    expect(lineWidth(cutLine([span('abc'), span('def')], 4))).toBe(4);
  });

  it('wraps by words', () => {
    expect(wrapText('one two  three', 7)).toEqual(['one two', 'three']);
    expect(wrapText('unbreakable', 5)).toEqual(['unbr…']);
    expect(wrapText('', 5)).toEqual([]);
  });
});

describe('pictures', () => {
  it('draw the last values, from zero up to the highest', () => {
    expect(sparkline([0, 1, 50, null, 100], 6, unicodeGlyphs)).toBe(' ▁▂▄·▇');
    expect(sparkline([9, 9, 9], 2, unicodeGlyphs)).toBe('▇▇');
    expect(sparkline([0, 0], 2, asciiGlyphs)).toBe('__');
  });

  it('draw a bar that is empty only at nothing, and full only at the limit', () => {
    const draw = (part: number, whole: number): string =>
      plainText(bar(part, whole, { width: 4, style: 'plain', glyphs: unicodeGlyphs }));
    expect([draw(0, 9), draw(1, 1_000), draw(999, 1_000), draw(9, 9), draw(12, 9)]).toEqual([
      ...['────', '╸───', '━━━╸', '━━━━', '━━━━'],
    ]);
    expect([draw(0, 0), draw(3, 0)]).toEqual(['────', '━━━━']);
  });

  it('draw percentiles on a logarithmic scale', () => {
    const scale = { low: 0.001, high: 1, width: 7 };
    expect(range({ p50: 0.001, p95: 0.1, p99: 1 }, scale, unicodeGlyphs)).toBe('●───│─┤');
    expect(range({ p50: null, p95: null, p99: null }, scale, unicodeGlyphs)).toBe('       ');
  });
});

describe('an age', () => {
  it('is in whole seconds', () => {
    expect([3.9, 3_700, 1e6].map(formatAge)).toEqual(['3 s', '1h 1m', '11d 13h']);
  });
});

describe('ASCII', () => {
  it('spells what it lacks', () => {
    expect(toAscii('8 → 16 … 12 µs – 你')).toBe('8 -> 16 ~ 12 us - ?');
  });

  it.each([
    [{ LANG: 'de_DE.UTF-8' }, true],
    [{ LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, false],
    [{ LC_CTYPE: 'zh_CN.utf8' }, true],
    [{ LANG: 'en_US.ISO-8859-1' }, false],
    [{}, false],
    [{ LANG: 'C.UTF-8', TERM: 'linux' }, false],
    [{ LANG: 'C.UTF-8', TERM: 'dumb' }, false],
  ])('is not needed in %j: %s', (environment, unicode) => {
    expect(speaksUnicode(environment, 'linux')).toBe(unicode);
  });
});
