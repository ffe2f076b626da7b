import { frame } from '../screen/frame.ts';
import type { ScreenState } from '../screen/screen-state.ts';
import type { Glyphs } from '../screen/text/glyphs.ts';
import type { LinePainter } from '../terminal/paint-line.ts';
import type { Output } from './output.ts';

/** Nothing until the end; then the screen's picture, as text, as long as it gets. */
export function onceOutput(
  out: (line: string) => void,
  state: Omit<ScreenState, 'proxies' | 'now' | 'selected'>,
  { paintLine, glyphs, columns }: { paintLine: LinePainter; glyphs: Glyphs; columns: number },
): Output {
  let at = 0;
  return {
    show: (reading) => {
      at = reading.at;
    },
    close: ({ proxies }) => {
      const selected = proxies.length > 1 ? null : 0;
      const shown = { ...state, proxies, selected, now: at };
      const { lines } = frame(shown, { columns, rows: longest }, glyphs);
      // The last line tells of keys.
      const text = lines.slice(0, -1).map((line) => paintLine(line).text.trimEnd());
      out(text.join('\n').trimEnd());
    },
  };
}

const longest = 1_000;
