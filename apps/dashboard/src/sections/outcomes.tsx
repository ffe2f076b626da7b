import { type MetricsSnapshot, type Outcome, outcomes } from '@spillway/contracts';
import type { Interval } from '@spillway/diagnosis';
import { formatCount, formatPercent, formatRate } from '@spillway/quantities';
import { outcomeHue } from '../figures/outcome-looks.ts';
import { type Column, Table } from './table.tsx';

interface Ended {
  readonly outcome: string;
  readonly count: number;
  readonly share: number;
  readonly rate: number | null;
}

const columns: readonly Column<Ended>[] = [
  {
    head: 'Outcome',
    cell: ({ outcome }) => (
      <>
        <span class={`swatch hue-${outcomeHue(outcome)}`} aria-hidden="true" />{' '}
        <code>{outcome}</code>
      </>
    ),
  },
  {
    head: 'Meaning',
    kind: 'sentence',
    cell: ({ outcome }) => outcomes[outcome as Outcome]?.title ?? '',
  },
  { head: 'Requests', kind: 'number', cell: ({ count }) => formatCount(count) },
  { head: 'Share', kind: 'number', cell: ({ share }) => formatPercent(share) },
  {
    head: 'Last minute',
    kind: 'number',
    cell: ({ rate }) => (rate === null ? '–' : `${formatRate(rate)}/s`),
  },
];

interface OutcomesProps {
  readonly snapshot: MetricsSnapshot;
  readonly lastMinute: Interval | null;
}

export function Outcomes({ snapshot, lastMinute }: OutcomesProps) {
  return (
    <section class="card" aria-labelledby="outcomes">
      <h2 id="outcomes">Outcomes</h2>
      <Table
        caption="How requests ended since the start"
        columns={columns}
        rows={endedBy(snapshot, lastMinute)}
        keyOf={({ outcome }) => outcome}
        empty="No request has ended yet."
      />
    </section>
  );
}

function endedBy({ metrics }: MetricsSnapshot, lastMinute: Interval | null): Ended[] {
  const counts = Object.entries(metrics.outcomes).filter(([, count]) => count > 0);
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  return counts.map(([outcome, count]) => ({
    outcome,
    count,
    share: (100 * count) / all,
    rate:
      lastMinute === null
        ? null
        : (lastMinute.byOutcome[outcome as Outcome] ?? 0) / lastMinute.seconds,
  }));
}
