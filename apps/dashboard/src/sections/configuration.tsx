import type { MetricsSnapshot } from '@spillway/contracts';
import { type Column, Table } from './table.tsx';

type Entry = readonly [key: string, value: unknown];

const columns: readonly Column<Entry>[] = [
  { head: 'Key', cell: ([key]) => <code>{key}</code> },
  { head: 'Value', cell: ([, value]) => <code>{shown(value)}</code> },
];

/** Folded up: asked for rarely, and long. */
export function Configuration({ snapshot }: { snapshot: MetricsSnapshot }) {
  return (
    <section class="card wide" aria-labelledby="configuration">
      <details>
        <summary>
          <h2 id="configuration">Configuration in force</h2>
        </summary>
        <p class="note">Keys of proxy_config.json; durations in seconds.</p>
        <Table
          caption="Configuration in force"
          columns={columns}
          rows={Object.entries(snapshot.config)}
          keyOf={([key]) => key}
        />
      </details>
    </section>
  );
}

const shown = (value: unknown): string =>
  value === null || value === undefined
    ? '–'
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
