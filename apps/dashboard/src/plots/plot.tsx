import { useMemo, useRef, useState } from 'preact/hooks';
import { formatValue } from '../figures/format-value.ts';
import { type Line, lineName, type PlotSpec } from '../figures/plot-spec.ts';
import { formatClock } from '../format/clock.ts';
import { columnsOf, stacked } from '../history/columns.ts';
import type { Watch } from '../watch/watch.ts';
import { Legend } from './legend.tsx';
import { useChart } from './use-chart.ts';

interface PlotProps {
  readonly plot: PlotSpec;
  readonly watch: Watch;
  readonly seconds: number;
  /** The row under the cursor of any plot. */
  readonly cursor: number | null;
  readonly onCursor: (row: number | null) => void;
}

const nothingHidden: ReadonlySet<string> = new Set();

/** A plot with its heading, its legend and a cursor that arrow keys move too. */
export function Plot({ plot, watch, seconds, cursor, onCursor }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const [hidden, setHidden] = useState(nothingHidden);
  const { rows, snapshot } = watch;
  const to = rows.at(-1)?.at ?? 0;
  const lines = snapshot === null ? [] : visibleLines(plot, plot.lines(snapshot), rows);
  const names = lines.map((line) => lineName(plot, line)).join('\n');
  const off = lines.map(({ key }) => hidden.has(key));
  const offNames = off.join();

  // `names` stands for the lines.
  const raw = useMemo(
    () =>
      columnsOf(
        rows,
        lines.map((line) => lineName(plot, line)),
        to - seconds,
      ),
    [rows, names, seconds],
  );
  // `offNames` stands for what is hidden.
  const columns = useMemo(
    () => (plot.shape === 'stack' ? stacked(raw, off) : raw),
    [raw, offNames],
  );
  const chart = useChart(place, plot, lines, columns, off, {
    window: () => ({ from: windowStart(rows, to, seconds), to }),
    marks: () => watch.marks,
    onCursor,
  });

  const [times, ...values] = raw;
  const row = cursor !== null && cursor < times.length ? cursor : times.length - 1;
  const read = values.map((column) => column[row] ?? null);

  const toggle = (key: string) =>
    setHidden((before) => {
      const after = new Set(before);
      if (!after.delete(key)) after.add(key);
      return after;
    });

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -times.length, End: times.length }[
      event.key
    ];
    if (event.key === 'Escape') onCursor(null);
    if (step === undefined || chart.current === null) return;
    event.preventDefault();
    const next = Math.min(times.length - 1, Math.max(0, row + step));
    const left = chart.current.valToPos(times[next] ?? to, 'x');
    chart.current.setCursor({ left, top: 10 });
  };

  return (
    <section class="card plot" aria-labelledby={`plot-${plot.id}`}>
      <header>
        <h3 id={`plot-${plot.id}`}>{plot.title}</h3>
        <span class="when">
          {cursor === null || times[row] === undefined ? 'now' : formatClock(times[row])}
        </span>
      </header>
      <div
        ref={place}
        class="canvas"
        role="img"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read the values, as a pointer does.
        tabIndex={0}
        aria-label={`${plot.about}. ${summary(plot, lines, read)} Arrow keys move through time.`}
        onKeyDown={onKeyDown}
      />
      <Legend {...{ plot, lines, hidden }} values={read} onToggle={toggle} />
    </section>
  );
}

const leastSeconds = 60;

/** A page just opened shows what it has, instead of an empty hour. */
function windowStart(rows: Watch['rows'], to: number, seconds: number): number {
  const seen = to - (rows[0]?.at ?? to);
  return to - Math.min(seconds, Math.max(leastSeconds, seen));
}

function visibleLines(
  plot: PlotSpec,
  lines: readonly Line[],
  rows: Watch['rows'],
): readonly Line[] {
  return lines.filter((line) => {
    if (line.onlyOnceSeen !== true) return true;
    const name = lineName(plot, line);
    return rows.some(({ values }) => (values[name] ?? 0) > 0);
  });
}

const summary = (plot: PlotSpec, lines: readonly Line[], values: readonly (number | null)[]) =>
  lines.map(({ label }, i) => `${label} ${formatValue(values[i] ?? null, plot.unit)}.`).join(' ');
