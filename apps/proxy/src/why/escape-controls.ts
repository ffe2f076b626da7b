/** Controls of C0 and C1, and marks that turn the direction of text. */
const controls = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** What came over the wire, for a terminal: nothing in it moves the cursor, colours or hides. */
export const escapeControls = (text: string): string => text.replace(controls, unicodeEscape);

/** JSON for a terminal: JSON.stringify leaves DEL and C1 as they are. */
export const terminalJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(controls, (character) =>
    character === '\n' ? character : unicodeEscape(character),
  );

const unicodeEscape = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
