/** What pictures are made of. */
export interface Glyphs {
  /** From low to high; the first is for nothing at all. */
  readonly spark: readonly string[];
  readonly gap: string;
  /** The text as the terminal can show it. */
  readonly spell: (text: string) => string;
  /** Parts of a column, from the thinnest to the whole. */
  readonly bar: readonly string[];
  readonly track: string;
  readonly rule: string;
  readonly live: string;
  readonly stale: string;
  readonly paused: string;
  readonly breaker: Readonly<Record<'closed' | 'half_open' | 'open', string>>;
  readonly severity: Readonly<Record<'critical' | 'warning' | 'hint', string>>;
  readonly range: {
    readonly line: string;
    readonly p50: string;
    readonly p95: string;
    readonly p99: string;
  };
}

export const unicodeGlyphs: Glyphs = {
  // Not the full block: rows below each other would run together.
  spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇'],
  gap: '·',
  spell: (text) => text,
  bar: ['╸', '━'],
  track: '─',
  rule: '─',
  live: '●',
  stale: '×',
  paused: '‖',
  breaker: { closed: '●', half_open: '◐', open: '○' },
  severity: { critical: '■', warning: '▲', hint: '•' },
  range: { line: '─', p50: '●', p95: '│', p99: '┤' },
};

export const asciiGlyphs: Glyphs = {
  spark: ['_', '.', ',', '-', '=', '+', '*', '#'],
  gap: ' ',
  spell: toAscii,
  bar: ['#'],
  track: '.',
  rule: '-',
  live: '*',
  stale: 'x',
  paused: '=',
  breaker: { closed: '*', half_open: '?', open: 'o' },
  severity: { critical: '!', warning: '*', hint: '-' },
  range: { line: '-', p50: 'o', p95: '|', p99: ']' },
};

const spelled: Readonly<Record<string, string>> = {
  '…': '~',
  '–': '-',
  '—': '-',
  '→': '->',
  '×': 'x',
  '·': '-',
  µ: 'u',
  '’': "'",
  '“': '"',
  '”': '"',
  '≥': '>=',
  '≤': '<=',
};

/** For terminals that show nothing else. */
export function toAscii(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (character) => spelled[character] ?? '?');
}

/** Whether more than ASCII can be shown: POSIX names the character set in the locale. */
export function speaksUnicode(environment: NodeJS.ProcessEnv, platform: string): boolean {
  const { LC_ALL, LC_CTYPE, LANG, TERM } = environment;
  if (TERM === 'linux' || TERM === 'dumb') return false;
  if (platform === 'win32') return true;
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}
