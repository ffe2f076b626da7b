/** What a piece of text means; colours are chosen where it is painted. */
export type Style = 'plain' | 'dim' | 'strong' | 'good' | 'warn' | 'bad' | 'accent' | 'caption';

export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** One row of the screen. */
export type Line = readonly Span[];

// What moves a cursor, hides, joins or turns text around: a URL or a reason from elsewhere must not.
const unsafe = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu;

/** The only way to make a span: whatever the text is, it can do nothing to the terminal. */
export function span(text: string, style: Style = 'plain'): Span {
  return { text: text.replace(unsafe, escaped), style };
}

function escaped(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
}

export function plainText(line: Line): string {
  return line.map(({ text }) => text).join('');
}
