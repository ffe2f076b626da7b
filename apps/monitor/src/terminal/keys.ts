// biome-ignore lint/suspicious/noControlCharactersInRegex: keys that are not letters begin with it.
const sequence = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O[A-Za-z])|[\s\S]/gu;

const names: Readonly<Record<string, string>> = {
  '\x1b[A': 'up',
  '\x1bOA': 'up',
  '\x1b[B': 'down',
  '\x1bOB': 'down',
  '\x1b[5~': 'page_up',
  '\x1b[6~': 'page_down',
  '\x1b[H': 'home',
  '\x1bOH': 'home',
  '\x1b[1~': 'home',
  '\x1b[F': 'end',
  '\x1bOF': 'end',
  '\x1b[4~': 'end',
  '\x1b[Z': 'shift_tab',
  '\x1b': 'escape',
  '\t': 'tab',
  ' ': 'space',
  '\x03': 'ctrl_c',
  '\x04': 'ctrl_d',
  '\x0c': 'ctrl_l',
  '\x1a': 'ctrl_z',
};

/** What was typed, key by key: several may come in one piece, as when one is held down. */
export function parseKeys(typed: string): string[] {
  return (typed.match(sequence) ?? []).map((key) => names[key] ?? key);
}
