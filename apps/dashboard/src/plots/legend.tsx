import { formatValue } from '../figures/format-value.ts';
import type { Line, PlotSpec } from '../figures/plot-spec.ts';

interface LegendProps {
  readonly plot: PlotSpec;
  readonly lines: readonly Line[];
  readonly values: readonly (number | null)[];
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (key: string) => void;
}

/** Names and values of the lines, as text; a button each that hides its line. */
export function Legend({ plot, lines, values, hidden, onToggle }: LegendProps) {
  return (
    <ul class="legend" aria-label={`Lines of ${plot.title}`}>
      {lines.map(({ key, label, hue, look }, i) => (
        <li key={key}>
          <button type="button" aria-pressed={!hidden.has(key)} onClick={() => onToggle(key)}>
            <span class={`swatch hue-${hue} ${look ?? ''}`} aria-hidden="true" />
            <span class="label">{label}</span>{' '}
            <span class="value">{formatValue(values[i] ?? null, plot.unit)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
