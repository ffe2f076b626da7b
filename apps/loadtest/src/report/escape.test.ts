import { expect, it } from 'vitest';
import { escapeHtml, escapeMarkdown, escapeScript, escapeTerminal, escapeXml } from './escape.ts';

it('keeps HTML from being opened or an attribute from being left', () => {
  expect(escapeHtml(`<b a="x" b='y'>&`)).toBe('&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;');
});

it('takes out of XML what it cannot hold', () => {
  expect(escapeXml('a\u0000\u001b\ud800b\tc')).toBe('a���b\tc');
  expect(escapeXml('😀')).toBe('😀');
});

it('keeps data from ending its script, and is the same data still', () => {
  const data = { text: '</script><!--\u2028' };
  const escaped = escapeScript(JSON.stringify(data));
  expect(escaped).not.toMatch(/[<\u2028]/);
  expect(JSON.parse(escaped)).toEqual(data);
});

it('keeps a Markdown table whole, and its text plain', () => {
  expect(escapeMarkdown('a|b\n*c* <d>')).toBe('a\\|b \\*c\\* &lt;d>');
});

it('keeps a terminal from being steered', () => {
  expect(escapeTerminal('\u001b[2Ja\u009b1mb')).toBe('�[2Ja�1mb');
});
