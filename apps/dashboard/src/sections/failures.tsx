import type { MetricsSnapshot, RequestList, RequestSummary } from '@spillway/contracts';
import { formatSeconds } from '@spillway/quantities';
import { useRef, useState } from 'preact/hooks';
import { changedHash, openHash } from '../address/use-page-hash.ts';
import type { Answer } from '../ask/answer.ts';
import { outcomeHue } from '../figures/outcome-looks.ts';
import { formatClock } from '../format/clock.ts';
import { useFailures } from '../watch/use-failures.ts';
import type { Watch } from '../watch/watch.ts';
import { type Column, Table } from './table.tsx';

const columns: readonly Column<RequestSummary>[] = [
  {
    head: 'Request',
    cell: ({ id, method, url }) => (
      <a href={changedHash({ why: id })} title={`${method} ${url}`} class="request">
        {method} {url}
      </a>
    ),
  },
  {
    head: 'Outcome',
    cell: ({ outcome }) => (
      <>
        <span class={`swatch hue-${outcomeHue(outcome)}`} aria-hidden="true" />{' '}
        <code>{outcome}</code>
      </>
    ),
  },
  { head: 'Status', kind: 'number', cell: ({ status }) => status },
  { head: 'Took', kind: 'number', cell: ({ total }) => formatSeconds(total) },
  { head: 'Queued', kind: 'number', cell: ({ queue_wait }) => formatSeconds(queue_wait) },
  { head: 'At', kind: 'number', cell: (one) => formatClock(Date.parse(one.received_at) / 1000) },
];

const serviceColumn: Column<RequestSummary> = {
  head: 'Service',
  cell: ({ service }) => service ?? '–',
};

interface FailuresProps {
  /** The only one whose failures are listed; null: all. */
  readonly service: string | null;
  readonly watch: Watch;
  readonly snapshot: MetricsSnapshot;
}

export function Failures({ watch, snapshot, service }: FailuresProps) {
  const [outcome, setOutcome] = useState('');
  const failures = useFailures(watch, outcome, service);
  return (
    <section class="card wide" aria-labelledby="failures">
      <header class="section-head">
        <h2 id="failures">Latest failures</h2>
        <div class="tools">
          <OutcomeChoice snapshot={snapshot} value={outcome} onChange={setOutcome} />
          <Lookup />
        </div>
      </header>
      <List failures={failures} />
    </section>
  );
}

interface OutcomeChoiceProps {
  readonly snapshot: MetricsSnapshot;
  readonly value: string;
  readonly onChange: (outcome: string) => void;
}

/** A storm of one outcome would hide the others. */
function OutcomeChoice({ snapshot, value, onChange }: OutcomeChoiceProps) {
  const seen = Object.entries(snapshot.metrics.outcomes)
    .filter(([outcome, count]) => outcome !== 'ok' && (count > 0 || outcome === value))
    .map(([outcome]) => outcome);
  return (
    <select
      aria-label="Outcome"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      <option value="">all failures</option>
      {seen.map((outcome) => (
        <option key={outcome} value={outcome}>
          {outcome}
        </option>
      ))}
    </select>
  );
}

function List({ failures }: { failures: Answer<RequestList> | null }) {
  if (failures === null) return <p class="note">Looking …</p>;
  if (failures.kind === 'failure') {
    const isMissing = failures.reason === 'missing';
    return <p class="note">{isMissing ? 'Not available at this proxy.' : failures.detail}</p>;
  }
  const { requests, capacity } = failures.value;
  const isSeveral = requests.some(({ service }) => service !== undefined);
  return (
    <Table
      caption="Latest failures, newest first"
      columns={isSeveral ? [...columns, serviceColumn] : columns}
      rows={requests}
      keyOf={({ id, received_at }) => `${id} ${received_at}`}
      empty={
        capacity === 0
          ? 'The proxy keeps no finished requests: --recent-requests is 0.'
          : 'No request has failed.'
      }
    />
  );
}

/** The id stands in every answer of the proxy, and in its log. */
function Lookup() {
  const input = useRef<HTMLInputElement>(null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const id = input.current?.value.trim() ?? '';
    if (id !== '') openHash({ why: id });
  };
  return (
    <form class="lookup" onSubmit={submit}>
      <label class="unseen" for="lookup">
        Request id
      </label>
      <input
        id="lookup"
        ref={input}
        placeholder="Request id"
        autocomplete="off"
        spellcheck={false}
      />
      <button type="submit">Show</button>
    </form>
  );
}
