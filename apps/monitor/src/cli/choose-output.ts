import { paint } from '@spillway/terminal';
import { jsonOutput } from '../output/json-output.ts';
import { linesOutput } from '../output/lines-output.ts';
import { onceOutput } from '../output/once-output.ts';
import type { Output } from '../output/output.ts';
import { screenOutput } from '../output/screen-output.ts';
import type { Source } from '../poll/source.ts';
import { asciiGlyphs, speaksUnicode, unicodeGlyphs } from '../screen/text/glyphs.ts';
import { linePainter } from '../terminal/paint-line.ts';
import { Terminal } from '../terminal/terminal.ts';
import type { Watch } from '../watch/watch.ts';
import { captionReader } from './caption.ts';
import type { MonitorConfig, ResolvedMonitorOptions } from './monitor-options.ts';
import type { MonitorSurroundings } from './surroundings.ts';

export type OutputKind = 'json' | 'once' | 'lines' | 'screen';

export function outputKind(config: MonitorConfig, { hasScreen }: MonitorSurroundings): OutputKind {
  if (config.json) return 'json';
  if (config.once) return 'once';
  return hasScreen ? 'screen' : 'lines';
}

/** What the options and the terminal ask for. */
export function chooseOutput(
  { config, sources }: ResolvedMonitorOptions,
  { source, watch, quit }: { source: Source; watch: Watch; quit: () => void },
  surroundings: MonitorSurroundings,
): Output {
  const { environment, cwd, out } = surroundings;
  const ascii =
    sources.ascii.from === 'default' ? !speaksUnicode(environment, process.platform) : config.ascii;
  const colour = paint(
    'stdout',
    environment,
    sources.color.from === 'default' ? null : config.color,
  );
  const paintLine = linePainter(colour, { ascii });
  const glyphs = ascii ? asciiGlyphs : unicodeGlyphs;
  const caption = captionReader(config.captionFile, cwd);
  const { view, service } = config;
  switch (outputKind(config, surroundings)) {
    case 'json':
      return jsonOutput(out, service);
    case 'lines':
      return linesOutput(out, { paintLine, caption, service });
    case 'once': {
      const still = { scroll: 0, paused: false, help: false, nextAt: null, intervalMs: null };
      const state = { ...still, view, service, label: source.label, caption: caption() };
      const columns = Math.max(40, process.stdout.columns || 80);
      return onceOutput(out, state, { paintLine, glyphs, columns });
    }
    case 'screen': {
      const { stdin: input, stdout: output } = process;
      const terminal = new Terminal(input, output);
      const shown = {
        terminal,
        input,
        output,
        source,
        paintLine,
        glyphs,
        view,
        service,
        caption,
        quit,
      };
      return screenOutput(shown, watch);
    }
  }
}
