import type { Source } from '../poll/source.ts';
import { frame } from '../screen/frame.ts';
import { type ScreenState, shownProxies, type ViewName } from '../screen/screen-state.ts';
import type { Glyphs } from '../screen/text/glyphs.ts';
import type { WatchedProxy } from '../watch/watched-proxy.ts';
import { JobControl } from './job-control.ts';
import { parseKeys } from './keys.ts';
import type { LinePainter } from './paint-line.ts';
import { Renderer } from './renderer.ts';
import { applyKey, intervalAfter } from './screen-commands.ts';
import type { Terminal } from './terminal.ts';

export interface LiveScreenOptions {
  readonly terminal: Terminal;
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly source: Source;
  readonly paintLine: LinePainter;
  readonly glyphs: Glyphs;
  readonly view: ViewName;
  readonly service: string | null;
  /** Read anew for every frame. */
  readonly caption: () => readonly string[];
  readonly quit: () => void;
}

/** Ages and the clock move every second, also when nothing else does. */
const tickMs = 1_000;

/** The screen: draws what is known, and does what keys say. */
export class LiveScreen {
  readonly #options: LiveScreenOptions;
  readonly #renderer: Renderer;
  readonly #jobs: JobControl;
  readonly #ticking: NodeJS.Timeout;
  #state: ScreenState;
  /** What a paused screen goes on showing. */
  #known: readonly WatchedProxy[];

  constructor(options: LiveScreenOptions, proxies: readonly WatchedProxy[]) {
    const { terminal, input, output, source, view, service } = options;
    this.#options = options;
    this.#known = proxies;
    this.#state = {
      ...{ proxies, view, scroll: 0, paused: false, help: false, caption: [] },
      selected: proxies.length > 1 ? null : 0,
      service,
      ...{ now: source.now(), nextAt: null, intervalMs: source.intervalMs, label: source.label },
    };
    this.#renderer = new Renderer((text) => terminal.write(text));
    this.#jobs = new JobControl({ leave: () => terminal.leave(), enter: this.#enter });
    this.#ticking = setInterval(this.#draw, tickMs);
    output.on('resize', this.#redraw);
    input.setEncoding('utf8').on('data', this.#onInput).on('end', options.quit);
    this.#enter();
  }

  show(proxies: readonly WatchedProxy[]): void {
    this.#known = proxies;
    this.#draw();
  }

  /** Leaves the terminal as it was found. */
  close(): void {
    const { terminal, input, output, quit } = this.#options;
    clearInterval(this.#ticking);
    this.#jobs.release();
    output.off('resize', this.#redraw);
    input.off('data', this.#onInput).off('end', quit).pause();
    terminal.leave();
  }

  readonly #enter = (): void => {
    this.#options.terminal.enter();
    this.#redraw();
  };

  readonly #redraw = (): void => {
    this.#renderer.forget();
    this.#draw();
  };

  readonly #draw = (): void => {
    const { terminal, source, paintLine, glyphs, caption } = this.#options;
    const state = this.#state;
    const moving = state.paused ? {} : { proxies: this.#known, now: source.now() };
    const [one] = shownProxies(state);
    this.#state = {
      ...state,
      ...moving,
      caption: caption(),
      intervalMs: source.intervalMs,
      nextAt: one ? source.nextAt(one.url) : null,
    };
    const { columns, rows } = terminal;
    const { lines, scroll } = frame(this.#state, { columns, rows }, glyphs);
    this.#state = { ...this.#state, scroll };
    this.#renderer.draw(lines.map(paintLine), columns);
  };

  readonly #onInput = (typed: string): void => {
    for (const key of parseKeys(typed)) this.#press(key);
  };

  #press(key: string): void {
    const { source, terminal, quit } = this.#options;
    if (key === 'q' || key === 'ctrl_c' || key === 'ctrl_d') quit();
    else if (key === 'ctrl_z') this.#jobs.stopJob();
    else if (key === 'r' || key === 'ctrl_l') this.#redraw();
    else {
      const intervalMs = source.intervalMs === null ? null : intervalAfter(source.intervalMs, key);
      if (intervalMs !== null) source.setInterval(intervalMs);
      const page = Math.max(1, terminal.rows - 6);
      this.#state = applyKey(this.#state, key, page) ?? this.#state;
      this.#draw();
    }
  }
}
