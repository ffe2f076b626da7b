import { useState } from 'preact/hooks';
import { plots } from '../figures/plots.ts';
import { formatClock } from '../format/clock.ts';
import { Plot } from '../plots/plot.tsx';
import type { Watch } from '../watch/watch.ts';
import { Choice } from './choice.tsx';

const spans = [
  { value: '300', label: '5 min', name: 'five minutes' },
  { value: '900', label: '15 min', name: 'fifteen minutes' },
  { value: '3600', label: '1 hour', name: 'one hour' },
] as const;

export function Plots({ watch }: { watch: Watch }) {
  const [span, setSpan] = useState<string>('300');
  const [cursor, setCursor] = useState<number | null>(null);
  const { marks } = watch;
  return (
    <section aria-labelledby="plots">
      <header class="section-head">
        <h2 id="plots">Over time</h2>
        <Choice label="Time shown" options={spans} value={span} onChange={setSpan} />
      </header>
      <div class="plots">
        {plots.map((plot) => (
          <Plot
            key={plot.id}
            {...{ plot, watch, cursor }}
            seconds={Number(span)}
            onCursor={setCursor}
          />
        ))}
      </div>
      {marks.length > 0 && (
        <p class="note">
          {marks.map(({ at, text }) => `The proxy ${text} at ${formatClock(at)}.`).join(' ')}
        </p>
      )}
    </section>
  );
}
