import type { ComponentChildren } from 'preact';

export interface Column<Of> {
  readonly head: string;
  readonly cell: (row: Of) => ComponentChildren;
  /** Numbers stand right, under each other. A sentence may be broken into lines. */
  readonly kind?: 'number' | 'sentence';
}

interface TableProps<Of> {
  readonly caption: string;
  readonly columns: readonly Column<Of>[];
  readonly rows: readonly Of[];
  readonly keyOf: (row: Of) => string;
  readonly empty?: string;
}

/** A table whose first column names its rows. It scrolls sideways by itself where there is no room. */
export function Table<Of>({ caption, columns, rows, keyOf, empty }: TableProps<Of>) {
  if (rows.length === 0) return <p class="note">{empty ?? 'None.'}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached without a mouse.
    // biome-ignore lint/a11y/useSemanticElements: there are no fields in it.
    <div class="scroll" role="group" tabIndex={0} aria-label={caption}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, kind }) => (
              <th key={head} scope="col" class={kind}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <TableRow key={keyOf(row)} {...{ columns, row }} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function TableRow<Of>({ columns, row }: { columns: readonly Column<Of>[]; row: Of }) {
  return (
    <tr>
      {columns.map(({ head, cell, kind }, i) =>
        i === 0 ? (
          <th key={head} scope="row">
            {cell(row)}
          </th>
        ) : (
          <td key={head} class={kind}>
            {cell(row)}
          </td>
        ),
      )}
    </tr>
  );
}
