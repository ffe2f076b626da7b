import type { AdmissionSnapshot, MetricsSnapshot } from '@spillway/contracts';
import { type AdmissionFact, admissionFacts, type FactTone } from '@spillway/diagnosis';
import { formatCount, formatSeconds } from '@spillway/quantities';
import { type Column, Table } from './table.tsx';

/** Who gets in and who does not; nothing where nothing is configured, refused or short. */
export function Admission({ snapshot: { admission } }: { snapshot: MetricsSnapshot }) {
  const facts = admissionFacts(admission, formatSeconds);
  const refused = Object.entries(admission.refusals).filter(([, count]) => count > 0);
  const hasClasses = admission.classes.length > 1;
  if (facts.length === 0 && refused.length === 0 && !hasClasses) return null;
  return (
    <section class="card wide" aria-labelledby="admission">
      <h2 id="admission">Admission</h2>
      <div class="beside">
        {facts.length > 0 && (
          <Table caption="Now" columns={factColumns} rows={facts} keyOf={({ name }) => name} />
        )}
        {hasClasses && (
          <Table
            caption="Classes"
            columns={classColumns}
            rows={admission.classes}
            keyOf={({ name }) => name}
          />
        )}
        {refused.length > 0 && (
          <Table
            caption="Permits refused since the start, by reason"
            columns={refusalColumns}
            rows={refused}
            keyOf={([reason]) => reason}
          />
        )}
      </div>
    </section>
  );
}

const tones: Readonly<Record<FactTone, { class: string; sign: string }>> = {
  calm: { class: '', sign: '' },
  notable: { class: 'state warning', sign: '! ' },
  grave: { class: 'state critical', sign: '✕ ' },
};

const factColumns: readonly Column<AdmissionFact>[] = [
  { head: 'Now', cell: ({ name }) => name },
  {
    head: 'What',
    kind: 'sentence',
    cell: ({ text, tone }) => (
      <span class={tones[tone].class}>
        <span aria-hidden="true">{tones[tone].sign}</span>
        {text}
      </span>
    ),
  },
];

type Class = AdmissionSnapshot['classes'][number];

const classColumns: readonly Column<Class>[] = [
  { head: 'Class', cell: ({ name }) => name },
  { head: 'Reserved', kind: 'number', cell: ({ reserved }) => formatCount(reserved) },
  { head: 'In flight', kind: 'number', cell: ({ in_flight }) => formatCount(in_flight) },
  { head: 'Waiting', kind: 'number', cell: ({ queued }) => formatCount(queued) },
];

const refusalColumns: readonly Column<readonly [reason: string, count: number]>[] = [
  { head: 'Refused', cell: ([reason]) => <code>{reason}</code> },
  { head: 'Permits', kind: 'number', cell: ([, count]) => formatCount(count) },
];
